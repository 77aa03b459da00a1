"""The `duckdb` offline store, which is the file store here."""

from feast._config_classes import config_class
from feast.infra.offline_stores.file import FileOfflineStore, FileRetrievalJob
from feast.infra.offline_stores.offline_store import RetrievalJob

__all__ = ["DuckDBOfflineStore", "DuckDBOfflineStoreConfig", "DuckDBRetrievalJob", "RetrievalJob"]


DuckDBOfflineStoreConfig = config_class(__name__, "DuckDBOfflineStoreConfig", "offline_store", "duckdb")
DuckDBOfflineStore = FileOfflineStore
DuckDBRetrievalJob = FileRetrievalJob
