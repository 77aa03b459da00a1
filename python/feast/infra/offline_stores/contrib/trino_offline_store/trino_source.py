"""Trino tables and queries as a source."""

from feast._feast import SavedDatasetTrinoStorage, TrinoSource

__all__ = ["SavedDatasetTrinoStorage", "TrinoSource"]
