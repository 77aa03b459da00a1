"""A named, typed column of a feature view."""

from feast._feast import Feature, Field

__all__ = ["Feature", "Field"]
