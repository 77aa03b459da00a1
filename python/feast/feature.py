"""The old spelling of Field."""

from feast._feast import Feature

__all__ = ["Feature"]
