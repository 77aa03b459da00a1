"""The interface of profilers."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

__all__ = ["Profile", "Profiler"]


class Profile:
    @abstractmethod
    def validate(self, dataset: Any) -> Any:
        """Compares a DataFrame with the profile."""


class Profiler:
    @abstractmethod
    def analyze_dataset(self, dataset: Any) -> Profile:
        """Makes a profile of a DataFrame."""
