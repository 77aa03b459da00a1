"""Redshift tables and queries as a source."""

from feast._feast import RedshiftLoggingDestination, RedshiftSource, SavedDatasetRedshiftStorage

__all__ = ["RedshiftLoggingDestination", "RedshiftSource", "SavedDatasetRedshiftStorage"]
