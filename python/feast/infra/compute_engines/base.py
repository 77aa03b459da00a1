"""The interface of engines that materialize."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

__all__ = ["ComputeEngine"]


class ComputeEngine(ABC):
    """Moves features from the offline to the online store. Engines of your own are not called in this version."""

    def __init__(self, *, repo_config: Any, offline_store: Any, online_store: Any, **kwargs: Any):
        self.repo_config = repo_config
        self.offline_store = offline_store
        self.online_store = online_store

    @abstractmethod
    def update(
        self, project, views_to_delete, views_to_keep, entities_to_delete, entities_to_keep, *args, **kwargs
    ) -> None:
        """Prepares what views need."""

    @abstractmethod
    def teardown_infra(self, project, fvs, entities) -> None:
        """Removes what views needed."""
