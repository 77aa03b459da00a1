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
        super().__init__(project, registry_config, repo_path, auth_config)
