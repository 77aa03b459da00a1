"""The `dask` offline store, which is the file store here."""

from feast._config_classes import config_class
from feast.infra.offline_stores.file import FileOfflineStore, FileRetrievalJob
from feast.infra.offline_stores.offline_store import RetrievalJob

__all__ = ["DaskOfflineStore", "DaskOfflineStoreConfig", "DaskRetrievalJob", "RetrievalJob"]


DaskOfflineStoreConfig = config_class(__name__, "DaskOfflineStoreConfig", "offline_store", "dask")
DaskOfflineStore = FileOfflineStore
DaskRetrievalJob = FileRetrievalJob
