"""The `duckdb` offline store, which is the file store here."""

from feast.infra.offline_stores.file import FileOfflineStore, FileRetrievalJob
from feast.infra.offline_stores.offline_store import RetrievalJob

__all__ = ["DuckDBOfflineStore", "DuckDBOfflineStoreConfig", "DuckDBRetrievalJob", "RetrievalJob"]


def DuckDBOfflineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    return ComponentConfig("duckdb", **options)


DuckDBOfflineStore = FileOfflineStore
DuckDBRetrievalJob = FileRetrievalJob
