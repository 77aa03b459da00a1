"""Entity rows from, and results to, the libraries people keep tables in. Tables cross by the Arrow C interfaces; what is imported
here is what the caller already uses."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from typing import Any


def entity_rows(entity_df: Any) -> Any:
    """What the engine takes for `entity_df`: None, text (a path or SQL), or an object with `__arrow_c_stream__`."""
    if entity_df is None or isinstance(entity_df, str):
        return entity_df
    if isinstance(entity_df, os.PathLike):
        return os.fspath(entity_df)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(entity_df, pandas.DataFrame):
        return _from_pandas(entity_df)
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(entity_df, polars.LazyFrame):
        entity_df = entity_df.collect()
    if polars is not None and isinstance(entity_df, polars.DataFrame):
        return entity_df.to_arrow()  # Not Polars' own string views.
    if hasattr(entity_df, "__arrow_c_stream__"):
        return entity_df
    if isinstance(entity_df, dict):
        import pyarrow

        return pyarrow.table(entity_df)
    from feast.errors import InvalidEntityType

    raise InvalidEntityType(type(entity_df))


def _from_pandas(frame: Any) -> Any:
    import pyarrow

    columns, names = [], []
    for name in frame.columns:
        series = frame[name]
        if not hasattr(series, "dtype"):
            raise ValueError(f"The entity dataframe has two columns named {name!r}. Rename or drop one of them.")
        try:
            columns.append(pyarrow.array(series, from_pandas=True))
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError) as error:
            columns.append(_from_mixed(series, str(name), error))
        names.append(str(name))
    columns = [column.combine_chunks() if isinstance(column, pyarrow.ChunkedArray) else column for column in columns]
    return pyarrow.table(columns, names=names)


def _from_mixed(series: Any, name: str, error: Exception) -> Any:
    """Columns of Python objects of several types: datetimes in several time zones become one in UTC; others are refused."""
    import datetime

    import pandas
    import pyarrow

    if all(isinstance(value, datetime.datetime) or pandas.isna(value) for value in series):
        return pyarrow.array(pandas.to_datetime(series, utc=True), from_pandas=True)
    raise ValueError(
        f"The entity dataframe's column {name!r} holds values of several types, which cannot be one column: {error}. "
        "Convert it to one type, for example with .astype(str)."
    ) from None


def to_pandas(table: Any) -> Any:
    """As Feast's file store gives it: integers with missing rows as float64, timestamps in UTC."""
    _require("pandas")
    # Fewer rows are converted before threads have started.
    return table.to_pandas(date_as_object=False, use_threads=table.num_rows > 1 << 16)


def to_polars(table: Any) -> Any:
    polars = _require("polars")
    return polars.from_arrow(table)


def to_tensor(table: Any, kind: str, default_value: Any) -> dict:
    """Numbers and booleans as torch tensors, with `default_value` for nulls; other columns as lists."""
    if kind != "torch":
        raise ValueError(f"Tensors of kind {kind!r} are not known; use kind='torch'.")
    torch = _require("torch")
    import math

    import pyarrow

    tensors: dict = {}
    for name, column in zip(table.column_names, table.columns):
        if (
            pyarrow.types.is_boolean(column.type)
            or pyarrow.types.is_integer(column.type)
            or pyarrow.types.is_floating(column.type)
        ):
            if column.null_count and pyarrow.types.is_integer(column.type) and isinstance(default_value, float):
                # An integer column can hold a default that is a whole number; NaN needs floating point.
                whole = math.isfinite(default_value) and default_value.is_integer()
                column = (
                    column.fill_null(int(default_value)) if whole else column.cast("float64").fill_null(default_value)
                )
            elif column.null_count:
                values = [default_value if value is None else value for value in column.to_pylist()]
                tensors[name] = torch.tensor(values)
                continue
            tensors[name] = torch.from_numpy(column.to_numpy().copy())
        else:
            tensors[name] = [default_value if value is None else value for value in column.to_pylist()]
    return tensors


def pyarrow_type(feast_type: Any) -> Any:
    """The pyarrow type of a type of feast.types."""
    import pyarrow

    from feast import _feast

    return pyarrow.DataType._import_from_c_capsule(_feast.arrow_type_capsule(feast_type))


def _require(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"This needs {module}: pip install {module}", name=module) from error
