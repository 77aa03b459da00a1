"""Spark tables and queries as a source."""

from feast._feast import SavedDatasetSparkStorage, SparkSource

__all__ = ["SavedDatasetSparkStorage", "SparkSource"]
