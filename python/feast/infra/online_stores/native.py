"""The engine's online stores behind Feast's interface, for providers and classes of your own that call them."""

from __future__ import annotations

from feast import _feast
from feast.errors import FeastNotImplementedError
from feast.infra.online_stores.online_store import OnlineStore

__all__ = ["NativeOnlineStore"]


class NativeOnlineStore(OnlineStore):
    """That of the configuration it is called with. Values are written and read through FeatureStore."""

    def _config(self, config):
        return config

    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial) -> None:
        _feast.online_update(self._config(config), list(tables_to_delete), list(tables_to_keep))

    def teardown(self, config, tables, entities) -> None:
        _feast.online_teardown(self._config(config), list(tables))

    def online_write_batch(self, config, table, data, progress) -> None:
        raise FeastNotImplementedError("Use FeatureStore.write_to_online_store to write to the online store.")

    def online_read(self, config, table, entity_keys, requested_features=None):
        raise FeastNotImplementedError("Use FeatureStore.get_online_features to read from the online store.")
