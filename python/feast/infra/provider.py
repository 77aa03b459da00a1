"""The interface of providers; the base of providers of your own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from feast.infra.infra_object import Infra
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.infra.supported_async_methods import ProviderAsyncMethods

__all__ = ["Provider", "get_provider"]


class Provider(ABC):
    """What a feature store does outside its registry: prepare infrastructure, retrieve, materialize. Providers of your own derive from
    PassthroughProvider (or from this) and are named in feature_store.yaml by their dotted path."""

    repo_config: Any
    offline_store: Any
    online_store: Any

    @abstractmethod
    def __init__(self, config):
        pass

    @property
    def async_supported(self) -> ProviderAsyncMethods:
        return ProviderAsyncMethods()

    @abstractmethod
    def update_infra(
        self, project, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial
    ) -> None:
        """Called by every apply: make what the views to keep need, remove what the others had. With `partial`, the project has more
        views than are named."""

    def plan_infra(self, config, desired_registry_proto) -> Infra:
        """What there would be for a registry, for plans to show."""
        return Infra()

    @abstractmethod
    def teardown_infra(self, project, tables, entities) -> None:
        """Removes everything of these views."""

    @abstractmethod
    def online_write_batch(self, config, table, data, progress) -> None:
        pass

    @abstractmethod
    def materialize_single_feature_view(
        self, config, feature_view, start_date, end_date, registry, project, tqdm_builder, disable_event_timestamp=False
    ) -> None:
        pass

    @abstractmethod
    def get_historical_features(
        self, config, feature_views, feature_refs, entity_df, registry, project, full_feature_names, **kwargs
    ) -> RetrievalJob:
        pass

    @abstractmethod
    def online_read(self, config, table, entity_keys, requested_features=None) -> list:
        pass

    def ingest_df(self, feature_view, df, field_mapping=None) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not ingest rows.")

    def ingest_df_to_offline_store(self, feature_view, df) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not ingest rows.")

    def retrieve_saved_dataset(self, config, dataset) -> RetrievalJob:
        raise NotImplementedError(f"{type(self).__name__} does not read saved datasets.")

    def write_feature_service_logs(self, feature_service, logs, config, registry) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not keep logs.")

    def retrieve_feature_service_logs(self, feature_service, start_date, end_date, config, registry) -> RetrievalJob:
        raise NotImplementedError(f"{type(self).__name__} does not keep logs.")

    def validate_data_source(self, config, data_source) -> None:
        """Raises when a source cannot be read."""
        self.offline_store.validate_data_source(config, data_source)

    def get_table_column_names_and_types_from_data_source(self, config, data_source):
        """(column, raw type) of a source."""
        return self.offline_store.get_table_column_names_and_types_from_data_source(config, data_source)


def get_provider(config, repo_path=None) -> Provider:
    """The provider of a configuration."""
    if "." in config.provider:
        from feast._plugins import provider

        return provider(config)
    from feast.errors import FeastProviderNotImplementedError
    from feast.infra.passthrough_provider import PassthroughProvider

    if config.provider not in ("local", "gcp", "aws", "azure"):
        raise FeastProviderNotImplementedError(config.provider)
    return PassthroughProvider(config)
