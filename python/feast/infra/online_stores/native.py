"""The engine's online stores behind Feast's interface, for providers and classes of your own that call them."""

from __future__ import annotations

from feast import _feast
from feast._plugins import micros_of, moment_of
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.online_store import OnlineStore

__all__ = ["NativeOnlineStore"]


class NativeOnlineStore(OnlineStore):
    """That of the configuration it is called with."""

    def _config(self, config):
        return config

    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial) -> None:
        _feast.online_update(self._config(config), list(tables_to_delete), list(tables_to_keep))

    def teardown(self, config, tables, entities) -> None:
        _feast.online_teardown(self._config(config), list(tables))

    def online_write_batch(self, config, table, data, progress) -> None:
        if not data:
            return
        features = list(dict.fromkeys(name for _, values, _, _ in data for name in values))
        columns = [
            [values[name].SerializeToString() if name in values else b"" for _, values, _, _ in data]
            for name in features
        ]
        times = [micros_of(moment) for _, _, moment, _ in data]
        created = [None if moment is None else micros_of(moment) for _, _, _, moment in data]
        keys = self._keys(config, (key for key, _, _, _ in data))
        _feast.online_write(self._config(config), table, features, keys, columns, times, created)
        if progress:
            progress(len(data))

    def online_read(self, config, table, entity_keys, requested_features=None):
        from feast._messages import load

        value = load("feast.protos.feast.types.Value_pb2").Value
        features = list(requested_features or [feature.name for feature in table.features])
        rows = _feast.online_read(self._config(config), table, features, self._keys(config, entity_keys))
        return [
            (None, None)
            if row is None
            else (
                moment_of(row[0]),
                {name: value.FromString(text) for name, text in zip(features, row[1]) if text is not None},
            )
            for row in rows
        ]

    @staticmethod
    def _keys(config, entity_keys) -> list[bytes]:
        version = config.entity_key_serialization_version
        return [serialize_entity_key(key, version) for key in entity_keys]
