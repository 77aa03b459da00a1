"""The interface of online stores; the base of stores of your own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from feast.infra.supported_async_methods import SupportedAsyncMethods

__all__ = ["OnlineStore"]


class OnlineStore(ABC):
    """The newest value of each feature by entity. Stores of your own derive from it, have names that end in OnlineStore, and are named
    in feature_store.yaml by their dotted path."""

    @property
    def async_supported(self) -> SupportedAsyncMethods:
        return SupportedAsyncMethods()

    @abstractmethod
    def online_write_batch(self, config, table, data, progress) -> None:
        """Writes rows of a view: (entity key, feature values, event time, created time or None), the first two as messages."""

    async def online_write_batch_async(self, config, table, data, progress) -> None:
        raise NotImplementedError(f"{type(self).__name__} cannot write asynchronously.")

    @abstractmethod
    def online_read(self, config, table, entity_keys, requested_features=None) -> list[tuple[Any, Any]]:
        """For each key, its event time and values by feature; (None, None) for an unknown key."""

    async def online_read_async(self, config, table, entity_keys, requested_features=None):
        raise NotImplementedError(f"{type(self).__name__} cannot read asynchronously.")

    @abstractmethod
    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial) -> None:
        """Makes what the views to keep need and removes what the others had."""

    def plan(self, config, desired_registry_proto) -> list:
        """What the store would keep for a registry, as InfraObjects, for plans to show."""
        return []

    @abstractmethod
    def teardown(self, config, tables, entities) -> None:
        """Removes everything of these views."""

    def retrieve_online_documents(self, config, table, requested_features, embedding, top_k, distance_metric=None):
        raise NotImplementedError(f"{type(self).__name__} does not search by vectors.")

    def retrieve_online_documents_v2(
        self, config, table, requested_features, embedding, top_k, distance_metric=None, query_string=None, **kwargs
    ):
        raise NotImplementedError(f"{type(self).__name__} does not search by vectors.")

    async def initialize(self, config) -> None:
        pass

    async def close(self) -> None:
        pass
