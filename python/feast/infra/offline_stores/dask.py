"""The `dask` offline store, which is the file store here."""

from feast._feast import RetrievalJob


def DaskOfflineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    return ComponentConfig("dask", **options)


DaskRetrievalJob = RetrievalJob

__all__ = ["RetrievalJob"]
