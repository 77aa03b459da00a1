"""An online store in a folder of JSON files, one for each feature view."""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.online_store import OnlineStore
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import FeastConfigBaseModel


class FolderOnlineStoreConfig(FeastConfigBaseModel):
    """The `online_store` block of feature_store.yaml."""

    type: Literal["ride_plugins.online_store.FolderOnlineStore"] = "ride_plugins.online_store.FolderOnlineStore"
    folder: str = "data/online"


class FolderOnlineStore(OnlineStore):
    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial):
        for view in tables_to_keep:
            path = self._path(config, view)
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text("{}")
        self.teardown(config, tables_to_delete, entities_to_delete)

    def teardown(self, config, tables, entities):
        for view in tables:
            self._path(config, view).unlink(missing_ok=True)

    def online_write_batch(self, config, table, data, progress):
        path = self._path(config, table)
        rows = json.loads(path.read_text())
        for entity_key, values, event_time, _ in data:
            encoded = {name: value.SerializeToString().hex() for name, value in values.items()}
            rows[self._key(config, entity_key)] = {"event_time": event_time.isoformat(), "values": encoded}
            if progress:
                progress(1)
        path.write_text(json.dumps(rows))

    def online_read(self, config, table, entity_keys, requested_features=None):
        rows = json.loads(self._path(config, table).read_text())
        result = []
        for entity_key in entity_keys:
            row = rows.get(self._key(config, entity_key))
            if row is None:
                result.append((None, None))
                continue
            values = {
                name: Value.FromString(bytes.fromhex(text))
                for name, text in row["values"].items()
                if requested_features is None or name in requested_features
            }
            result.append((datetime.fromisoformat(row["event_time"]), values))
        return result

    @staticmethod
    def _path(config, view):
        return Path(config.repo_path) / config.online_store.folder / f"{config.project}_{view.name}.json"

    @staticmethod
    def _key(config, entity_key):
        return serialize_entity_key(entity_key, config.entity_key_serialization_version).hex()
