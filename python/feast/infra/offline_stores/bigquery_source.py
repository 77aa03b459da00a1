"""BigQuery tables and queries as a source."""

from feast._feast import BigQueryLoggingDestination, BigQuerySource, SavedDatasetBigQueryStorage

__all__ = ["BigQueryLoggingDestination", "BigQuerySource", "SavedDatasetBigQueryStorage"]
