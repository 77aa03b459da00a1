"""Rows of any library, with the name of the library."""

from __future__ import annotations

from enum import Enum
from typing import Any

__all__ = ["DataFrameEngine", "FeastDataFrame"]


class DataFrameEngine(str, Enum):
    PANDAS = "pandas"
    SPARK = "spark"
    DASK = "dask"
    RAY = "ray"
    ARROW = "arrow"
    POLARS = "polars"
    UNKNOWN = "unknown"


# By the package that defines the class of the rows; none is imported to find out.
_ENGINES = {
    "pandas": DataFrameEngine.PANDAS,
    "pyarrow": DataFrameEngine.ARROW,
    "pyspark": DataFrameEngine.SPARK,
    "dask": DataFrameEngine.DASK,
    "dask_expr": DataFrameEngine.DASK,
    "ray": DataFrameEngine.RAY,
    "polars": DataFrameEngine.POLARS,
}
_LAZY = {DataFrameEngine.SPARK, DataFrameEngine.DASK, DataFrameEngine.RAY}


def _engine_of(data: Any) -> DataFrameEngine:
    packages = (base.__module__.partition(".")[0] for base in type(data).__mro__)
    return next((_ENGINES[package] for package in packages if package in _ENGINES), DataFrameEngine.UNKNOWN)


class FeastDataFrame:
    """`data` as it is, with the library it is of; an `engine` that contradicts the data is a ValueError."""

    def __init__(self, data: Any, engine: DataFrameEngine | None = None, metadata: dict[str, Any] | None = None):
        found = _engine_of(data)
        if engine is not None and engine != found:
            raise ValueError(
                f"Provided engine '{engine.value}' does not match detected engine '{found.value}' "
                f"for data type {type(data).__name__}"
            )
        self.data = data
        self.metadata = metadata or {}
        self._engine = found

    @property
    def engine(self) -> DataFrameEngine:
        return self._engine

    @property
    def is_lazy(self) -> bool:
        """Whether the rows are computed only when they are asked for."""
        return self._engine in _LAZY

    def __repr__(self) -> str:
        return f"FeastDataFrame(engine={self.engine.value}, type={type(self.data).__name__})"
