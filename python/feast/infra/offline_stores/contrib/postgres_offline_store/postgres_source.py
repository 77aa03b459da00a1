"""PostgreSQL tables and queries as a source."""

from feast._feast import PostgreSQLSource, SavedDatasetPostgreSQLStorage

__all__ = ["PostgreSQLSource", "SavedDatasetPostgreSQLStorage"]
