"""The provider that hands everything on to the stores of the configuration, as the built-in ones do."""

from __future__ import annotations

from typing import Any

from feast import _plugins
from feast.errors import FeastNotImplementedError
from feast.infra.infra_object import Infra
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.infra.provider import Provider
from feast.infra.supported_async_methods import ProviderAsyncMethods

__all__ = ["PassthroughProvider"]


class PassthroughProvider(Provider):
    """Overriding a method adds to what it does; `super()` calls reach the stores."""

    def __init__(self, config):
        self.repo_config = config
        self._offline_store: Any = None
        self._online_store: Any = None

    @property
    def offline_store(self):
        if self._offline_store is None:
            self._offline_store = _plugins.offline_store(self.repo_config)
        return self._offline_store

    @property
    def online_store(self):
        if self._online_store is None:
            self._online_store = _plugins.online_store(self.repo_config)
        return self._online_store

    @property
    def async_supported(self) -> ProviderAsyncMethods:
        return ProviderAsyncMethods(online=self.online_store.async_supported)

    def plan_infra(self, config, desired_registry_proto) -> Infra:
        store = self.online_store
        return Infra(list(store.plan(config, desired_registry_proto)) if store is not None else [])

    def update_infra(
        self, project, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial
    ) -> None:
        store = self.online_store
        if store is None:
            return
        from feast.infra.online_stores.sqlite import SqliteOnlineStore

        # The engine's own store has a table for every view.
        keep = [view for view in tables_to_keep if type(store) is SqliteOnlineStore or getattr(view, "online", True)]
        store.update(
            config=self.repo_config,
            tables_to_delete=tables_to_delete,
            tables_to_keep=keep,
            entities_to_delete=entities_to_delete,
            entities_to_keep=entities_to_keep,
            partial=partial,
        )

    def teardown_infra(self, project, tables, entities) -> None:
        if self.online_store is not None:
            self.online_store.teardown(self.repo_config, tables, entities)

    def get_historical_features(
        self, config, feature_views, feature_refs, entity_df, registry, project, full_feature_names=False, **kwargs
    ) -> RetrievalJob:
        return self.offline_store.get_historical_features(
            config=config,
            feature_views=feature_views,
            feature_refs=feature_refs,
            entity_df=entity_df,
            registry=registry,
            project=project,
            full_feature_names=full_feature_names,
            **kwargs,
        )

    def online_write_batch(self, config, table, data, progress) -> None:
        if self.online_store is not None:
            self.online_store.online_write_batch(config, table, data, progress)

    async def online_write_batch_async(self, config, table, data, progress) -> None:
        if self.online_store is not None:
            await self.online_store.online_write_batch_async(config, table, data, progress)

    def online_read(self, config, table, entity_keys, requested_features=None) -> list:
        if self.online_store is None:
            return []
        return self.online_store.online_read(config, table, entity_keys, requested_features)

    async def online_read_async(self, config, table, entity_keys, requested_features=None) -> list:
        if self.online_store is None:
            return []
        return await self.online_store.online_read_async(config, table, entity_keys, requested_features)

    def offline_write_batch(self, config, feature_view, data, progress) -> None:
        self.offline_store.offline_write_batch(config, feature_view, data, progress)

    def ingest_df_to_offline_store(self, feature_view, df) -> None:
        self.offline_write_batch(self.repo_config, feature_view, df, None)

    def materialize_single_feature_view(
        self, config, feature_view, start_date, end_date, registry, project, tqdm_builder, disable_event_timestamp=False
    ) -> None:
        raise FeastNotImplementedError("Materialization is not in this version.")

    def retrieve_saved_dataset(self, config, dataset) -> RetrievalJob:
        features = [
            reference.replace(":", "__") if dataset.full_feature_names else reference.split(":")[-1]
            for reference in dataset.features
        ]
        return self.offline_store.pull_all_from_table_or_query(
            config=config,
            data_source=dataset.storage.to_data_source(),
            join_key_columns=dataset.join_keys,
            feature_name_columns=features,
            timestamp_field="event_timestamp",
        )
