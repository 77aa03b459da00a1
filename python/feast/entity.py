"""What features are looked up by."""

from feast._feast import Entity

__all__ = ["Entity"]
