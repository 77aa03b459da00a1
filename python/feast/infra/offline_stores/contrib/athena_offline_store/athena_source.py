"""Athena tables and queries as a source."""

from feast._feast import AthenaSource, SavedDatasetAthenaStorage

__all__ = ["AthenaSource", "SavedDatasetAthenaStorage"]
