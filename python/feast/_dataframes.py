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
    if _is_pandas(entity_df):
        return EntityFrame(entity_df).table
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(entity_df, polars.LazyFrame):
        entity_df = entity_df.collect()
    if polars is not None and isinstance(entity_df, polars.DataFrame):
        for name, kind in entity_df.schema.items():
            if kind == polars.Object:
                raise _cannot_be_a_column(name, "Polars keeps it as Python objects")
        return entity_df.to_arrow()  # Not Polars' own string views.
    if hasattr(entity_df, "__arrow_c_stream__"):
        return entity_df
    if isinstance(entity_df, dict):
        return _table_of({str(name): values for name, values in entity_df.items()})
    from feast.errors import InvalidEntityType

    raise InvalidEntityType(type(entity_df))


def _is_pandas(entity_df: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(entity_df, pandas.DataFrame)


def run_with_rows(entity_df: Any, retrieve: Any) -> Any:
    """`retrieve(rows)` for the rows of `entity_df`. Its job gives a pandas frame's own columns back as they were."""
    if not _is_pandas(entity_df):
        return retrieve(entity_rows(entity_df))
    frame = EntityFrame(entity_df)
    try:
        job = retrieve(frame.table)
    except Exception:
        # A key may be in the index, where pandas finds it too when it merges.
        if not frame.take_index():
            raise
        job = retrieve(frame.table)
    from feast import _feast

    if isinstance(job, _feast.RetrievalJob):
        # All but the time of the events, which the engine brings to UTC.
        frame.passed = set(job.metadata.keys)
        job._entity_frame = frame
    return job


class EntityFrame:
    """A pandas frame as the engine takes it (`table`), with its columns as they came, by their names in the table."""

    def __init__(self, frame: Any):
        # Shallow: what the caller puts in the place of a column later does not matter here.
        frame = frame.copy(deep=False)
        self._index = frame.index
        self.columns: dict[str, tuple[Any, Any]] = {}
        # Those that come out of a retrieval as they went in.
        self.passed: set[str] = set()
        for position, label in enumerate(frame.columns):
            self._add(label, frame.iloc[:, position])
        if "event_timestamp" not in self.columns and "event_timestamp" in frame.index.names:
            self._add_level("event_timestamp")
        self.table = self._to_arrow()

    def take_index(self) -> bool:
        """Makes the index's named levels columns, too; false when there is none that is not."""
        names = [name for name in self._index.names if name is not None and str(name) not in self.columns]
        for name in names:
            self._add_level(name)
        self.table = self._to_arrow()
        return bool(names)

    def _add_level(self, name: Any) -> None:
        self._add(name, self._index.get_level_values(name).to_series(index=self._index))

    def _add(self, label: Any, series: Any) -> None:
        if str(label) in self.columns:
            raise ValueError(f"The entity dataframe has two columns named {str(label)!r}. Rename or drop one of them.")
        self.columns[str(label)] = (label, series)

    def _to_arrow(self) -> Any:
        import pyarrow

        arrays = [_array_of(series, name) for name, (_, series) in self.columns.items()]
        return pyarrow.table(arrays, names=list(self.columns))


def _array_of(series: Any, name: str) -> Any:
    import pyarrow

    try:
        array = pyarrow.array(series, from_pandas=True)
    except Exception as error:  # noqa: BLE001 (objects of any kind are asked for their values)
        array = _from_mixed(series, name, error)
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array


def _from_mixed(series: Any, name: str, error: Exception) -> Any:
    """Columns of Python objects of several types: datetimes in several time zones become one in UTC; others are refused."""
    import datetime

    import pandas
    import pyarrow

    def is_missing(value: Any) -> bool:
        return (
            value is None or value is pandas.NaT or value is pandas.NA or (isinstance(value, float) and value != value)
        )

    if all(isinstance(value, datetime.datetime) or is_missing(value) for value in series):
        return pyarrow.array(pandas.to_datetime(series, utc=True), from_pandas=True)
    raise _cannot_be_a_column(name, error) from None


def _cannot_be_a_column(name: str, why: Any) -> ValueError:
    return ValueError(
        f"The entity dataframe's column {name!r} holds values that cannot be one column: {why}. "
        "Drop it, or convert it to one type, for example with .astype(str)."
    )


def _table_of(columns: dict[str, Any]) -> Any:
    import pyarrow

    arrays = []
    for name, values in columns.items():
        try:
            is_array = isinstance(values, (pyarrow.Array, pyarrow.ChunkedArray))
            arrays.append(values if is_array else pyarrow.array(values))
        except Exception as error:  # noqa: BLE001 (objects of any kind are asked for their values)
            raise _cannot_be_a_column(name, error) from None
    return pyarrow.table(arrays, names=list(columns))


def to_pandas(table: Any, frame: EntityFrame | None = None) -> Any:
    """As Feast's file store gives it: integers with missing rows as float64, timestamps in UTC, dates as datetime.date.

    `frame`: what the rows are for. Its columns come back as they went in, but for the time of the events."""
    pandas = _require("pandas")
    own = _own_columns(table, frame)
    # Fewer rows are converted before threads have started.
    rest = table.drop_columns(list(own)).to_pandas(use_threads=table.num_rows > 1 << 16)
    if not own:
        return rest
    labels, columns = [], {}
    for position, name in enumerate(table.column_names):
        label, series = own.get(name, (name, None))
        labels.append(label)
        columns[position] = rest[name] if series is None else series.set_axis(rest.index)
    result = pandas.DataFrame(columns, index=rest.index, copy=False)
    result.columns = labels
    return result


def _own_columns(table: Any, frame: EntityFrame | None) -> dict[str, tuple[Any, Any]]:
    names = table.column_names
    if frame is None or frame.table.num_rows != table.num_rows or len(set(names)) < len(names):
        return {}
    return {name: frame.columns[name] for name in names if name in frame.passed and name in frame.columns}


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
