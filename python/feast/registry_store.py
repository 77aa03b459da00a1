"""Where registry stores were up to 0.2x; see feast.infra.registry.registry_store."""

from feast.infra.registry.registry_store import RegistryStore

__all__ = ["RegistryStore"]
