"""Registries in a database."""

from __future__ import annotations

from typing import Any

from feast._feast import RegistryConfig
from feast.infra.registry.registry import Registry

__all__ = ["SqlRegistry", "SqlRegistryConfig"]


class SqlRegistryConfig(RegistryConfig):
    """`registry:` of type `sql` in feature_store.yaml; keyword arguments are its keys."""

    def __init__(self, **options: Any):
        super().__init__(**{"registry_type": "sql", **options})


class SqlRegistry(Registry):
    """The registry in a database: PostgreSQL or SQLite, by the URL in `registry_config.path`."""

    def __init__(self, registry_config: Any, project: str | None, repo_path: Any = None, auth_config: Any = None):
        super().__init__(project, _in_a_file(self, registry_config), repo_path, auth_config)


def _in_a_file(registry: SqlRegistry, config: Any) -> Any:
    """A database in memory, which nobody else sees, is a file that goes with the object."""
    if getattr(config, "path", None) not in ("sqlite://", "sqlite:///:memory:"):
        return config
    import copy
    import tempfile

    registry._folder = tempfile.TemporaryDirectory(prefix="feast-registry-")
    config = copy.copy(config)
    config.path = f"sqlite:///{registry._folder.name}/registry.db"
    return config
