"""The features of one model version."""

from feast._feast import FeatureService

__all__ = ["FeatureService"]
