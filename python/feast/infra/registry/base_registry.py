"""What registries have in common."""

from feast.infra.registry.registry import Registry as BaseRegistry

__all__ = ["BaseRegistry"]
