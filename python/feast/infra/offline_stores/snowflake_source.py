"""Snowflake tables and queries as a source."""

from feast._feast import SavedDatasetSnowflakeStorage, SnowflakeLoggingDestination, SnowflakeSource

__all__ = ["SavedDatasetSnowflakeStorage", "SnowflakeLoggingDestination", "SnowflakeSource"]
