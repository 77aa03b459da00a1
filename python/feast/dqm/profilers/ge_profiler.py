"""Profilers written with Great Expectations, as definition files declare them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feast.dqm.profilers.profiler import Profiler
from feast.errors import FeastNotImplementedError

__all__ = ["GEProfiler", "ge_profiler"]


class GEProfiler(Profiler):
    def __init__(self, user_defined_profiler: Callable[[Any], Any], with_feature_metadata: bool = False):
        self.user_defined_profiler = user_defined_profiler
        self.with_feature_metadata = with_feature_metadata

    def analyze_dataset(self, dataset: Any) -> Any:
        raise FeastNotImplementedError("Running profilers is not in this version.")

    def pickled_body(self) -> bytes:
        """The function as Feast stores it."""
        from feast._functions import find_source_text, pickled_body

        return pickled_body(self.user_defined_profiler, find_source_text(self.user_defined_profiler))


def ge_profiler(*args: Any, with_feature_metadata: bool = False) -> Any:
    """Makes the decorated function a GEProfiler."""
    if args:
        return GEProfiler(args[0], with_feature_metadata)
    return lambda function: GEProfiler(function, with_feature_metadata)
