"""A registry kept in a SQLite table, every version of it."""

import sqlite3
from contextlib import closing

from feast.infra.registry.registry_store import RegistryStore
from feast.protos.feast.core.Registry_pb2 import Registry


class VersionedRegistryStore(RegistryStore):
    def __init__(self, registry_config, repo_path):
        self._path = repo_path / registry_config.path

    def get_registry_proto(self):
        if not self._path.exists():
            raise FileNotFoundError(f"There is no registry at {self._path} yet; feast apply makes it.")
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT registry FROM versions ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            raise FileNotFoundError(f"The registry at {self._path} has no version.")
        return Registry.FromString(row[0])

    def update_registry_proto(self, registry_proto):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection, connection:
            connection.execute("INSERT INTO versions(registry) VALUES (?)", [registry_proto.SerializeToString()])

    def teardown(self):
        self._path.unlink(missing_ok=True)

    def _connect(self):
        connection = sqlite3.connect(self._path)
        connection.execute("CREATE TABLE IF NOT EXISTS versions(id INTEGER PRIMARY KEY, registry BLOB)")
        return connection
