"""Where the registry was up to 0.2x; see feast.infra.registry.registry."""

from feast.infra.registry.base_registry import BaseRegistry
from feast.infra.registry.registry import Registry

__all__ = ["BaseRegistry", "Registry"]
