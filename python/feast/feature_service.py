"""The features of one model version."""

import feast.feature_logging  # noqa: F401  (gives the configuration of logging its methods)
from feast._feast import FeatureService

__all__ = ["FeatureService"]
