"""The `file` offline store, which is the file store here."""

from feast._feast import RetrievalJob


def FileOfflineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    return ComponentConfig("file", **options)


FileRetrievalJob = RetrievalJob

__all__ = ["RetrievalJob"]
