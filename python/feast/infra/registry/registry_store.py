"""The interface of registry stores; the base of stores of your own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

__all__ = ["NoopRegistryStore", "RegistryStore"]


class RegistryStore(ABC):
    """Where the registry's message is kept. Stores of your own derive from it, have names that end in RegistryStore, take
    (registry_config, repo_path), and are named by their dotted path in `registry: {registry_store_type: …}`."""

    @abstractmethod
    def get_registry_proto(self) -> Any:
        """The registry; FileNotFoundError, or an empty message, when there is none yet."""

    @abstractmethod
    def update_registry_proto(self, registry_proto: Any) -> None:
        """Replaces the registry, all or nothing."""

    @abstractmethod
    def teardown(self) -> None:
        """Removes the registry."""


class NoopRegistryStore(RegistryStore):
    """A registry that is always empty."""

    def get_registry_proto(self) -> Any:
        from feast._messages import load

        return load("feast.protos.feast.core.Registry_pb2").Registry()

    def update_registry_proto(self, registry_proto: Any) -> None:
        pass

    def teardown(self) -> None:
        pass
