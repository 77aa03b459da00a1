"""A selection of a view's features."""

from feast._feast import FeatureViewProjection

__all__ = ["FeatureViewProjection"]
