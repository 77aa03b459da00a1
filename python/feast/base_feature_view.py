"""What all kinds of feature views share."""

from feast._feast import BaseFeatureView

__all__ = ["BaseFeatureView"]
