"""The `sqlite` online store."""

from __future__ import annotations

from typing import Any

from feast._config_classes import config_class
from feast import _feast
from feast.infra.infra_object import SQLITE_INFRA_OBJECT_CLASS_TYPE, InfraObject
from feast.infra.online_stores.native import NativeOnlineStore

__all__ = ["SqliteOnlineStore", "SqliteOnlineStoreConfig", "SqliteTable"]


SqliteOnlineStoreConfig = config_class(__name__, "SqliteOnlineStoreConfig", "online_store", "sqlite")


class SqliteOnlineStore(NativeOnlineStore):
    """The engine's store behind Feast's interface. A store of your own may derive from it."""

    def _config(self, config):
        return _native(config)


def _native(config: Any) -> Any:
    """The configuration with the built-in store in the place of a class that derives from it."""
    store = config.online_store
    if store is not None and store.type == "sqlite":
        return config
    path = getattr(store, "path", None) or "data/online.db"
    return _feast.RepoConfig(
        project=config.project,
        provider="local",
        registry=config.registry,
        offline_store="file",
        online_store={"type": "sqlite", "path": str(path)},
        repo_path=config.repo_path,
        entity_key_serialization_version=config.entity_key_serialization_version,
    )


class SqliteTable(InfraObject):
    """One table of the store, as registries record it."""

    def __init__(self, path: str, name: str):
        super().__init__(name)
        self.path = path

    def to_proto(self) -> Any:
        from feast._messages import load

        return load("feast.protos.feast.core.SqliteTable_pb2").SqliteTable(path=self.path, name=self.name)

    def to_infra_object_proto(self) -> Any:
        from feast._messages import load

        return load("feast.protos.feast.core.InfraObject_pb2").InfraObject(
            infra_object_class_type=SQLITE_INFRA_OBJECT_CLASS_TYPE, sqlite_table=self.to_proto()
        )

    @staticmethod
    def from_infra_object_proto(infra_object_proto: Any) -> SqliteTable:
        return SqliteTable(infra_object_proto.sqlite_table.path, infra_object_proto.sqlite_table.name)

    @staticmethod
    def from_proto(sqlite_table_proto: Any) -> SqliteTable:
        return SqliteTable(sqlite_table_proto.path, sqlite_table_proto.name)

    def update(self) -> None:
        """The store makes its tables itself."""

    def teardown(self) -> None:
        """The store removes its tables itself."""
