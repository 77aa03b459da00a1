"""The `sqlite` online store."""


def SqliteOnlineStoreConfig(**options):
    """The store's block of a configuration."""
    from feast._feast import ComponentConfig

    options.pop("type", None)
    if options.get("path") is not None:
        options["path"] = str(options["path"])
    return ComponentConfig("sqlite", **options)
