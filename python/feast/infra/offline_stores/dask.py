"""The `dask` offline store, which is the file store here."""

from feast.infra.offline_stores.file import FileOfflineStore, FileRetrievalJob
from feast.infra.offline_stores.offline_store import RetrievalJob

__all__ = ["DaskOfflineStore", "DaskOfflineStoreConfig", "DaskRetrievalJob", "RetrievalJob"]


def DaskOfflineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    return ComponentConfig("dask", **options)


DaskOfflineStore = FileOfflineStore
DaskRetrievalJob = FileRetrievalJob
