"""Aggregations of stream feature views."""

from feast._feast import Aggregation

__all__ = ["Aggregation"]
