"""The types of feature values on the wire."""

from feast._feast import ValueType

__all__ = ["ValueType"]
