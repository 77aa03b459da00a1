"""A named, typed column of a feature view."""

from feast._feast import Field

__all__ = ["Field"]
