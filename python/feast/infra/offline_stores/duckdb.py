"""The `duckdb` offline store, which is the file store here."""

from feast._feast import RetrievalJob


def DuckDBOfflineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    return ComponentConfig("duckdb", **options)


DuckDBRetrievalJob = RetrievalJob

__all__ = ["RetrievalJob"]
