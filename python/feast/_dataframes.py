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
        array = _moments_of(series, name, error)
    if series.dtype == object and _loses_times(array, series):
        array = _moments_of(series, name, None)
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array


def _loses_times(array: Any, values: Any) -> bool:
    """Whether pyarrow took objects for less than they are: a datetime among dates for its date, or nanoseconds for none."""
    import datetime

    import pyarrow

    if pyarrow.types.is_date(array.type):
        return any(isinstance(value, datetime.datetime) for value in values)
    return pyarrow.types.is_timestamp(array.type) and any(getattr(value, "nanosecond", 0) > 0 for value in values)


def _moments_of(values: Any, name: str, error: Exception | None) -> Any:
    """Dates and datetimes, in several time zones or none, in UTC. Values that are anything else are refused, for `error`."""
    import datetime

    import pyarrow

    utc = datetime.timezone.utc

    def moment(value: Any) -> Any:
        if value is None or (isinstance(value, (float, datetime.date)) and value != value) or str(value) == "<NA>":
            return None  # NaN and NaT are no equals of themselves.
        if isinstance(value, datetime.datetime):
            return value.replace(tzinfo=utc) if value.tzinfo is None else value.astimezone(utc)
        if isinstance(value, datetime.date):
            return datetime.datetime(value.year, value.month, value.day, tzinfo=utc)
        raise TypeError(f"{value!r} is no date")

    try:
        moments = [moment(value) for value in values]
        if not any(getattr(value, "nanosecond", 0) > 0 for value in moments):
            return pyarrow.array(moments, pyarrow.timestamp("us", "UTC"))
        import pandas

        nanoseconds = [None if value is None else pandas.Timestamp(value).as_unit("ns").value for value in moments]
        return pyarrow.array(nanoseconds, pyarrow.timestamp("ns", "UTC"))
    except Exception as other:  # noqa: BLE001 (objects of any kind are asked for their values)
        raise _cannot_be_a_column(name, error or other) from None


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
            array = values if is_array else pyarrow.array(values)
        except Exception as error:  # noqa: BLE001 (objects of any kind are asked for their values)
            array = _moments_of(values, name, error)
        if isinstance(values, (list, tuple)) and _loses_times(array, values):
            array = _moments_of(values, name, None)
        arrays.append(array)
    return pyarrow.table(arrays, names=list(columns))


def to_pandas(table: Any, frame: EntityFrame | None = None) -> Any:
    """As Feast's file store gives it: integers with missing rows as float64 (see `frame_of`), timestamps in UTC, dates as
    datetime.date.

    `frame`: what the rows are for. Its columns come back as they went in, but for the time of the events."""
    pandas = _require("pandas")
    own = _own_columns(table, frame)
    # Fewer rows are converted before threads have started.
    rest = frame_of(table.drop_columns(list(own)), use_threads=table.num_rows > 1 << 16)
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


def frame_of(rows: Any, **options: Any) -> Any:
    """The table or batch as a DataFrame. Integers of which some are missing are float64, as ever in pandas, in lists too;
    where float64 would make other numbers of them, nullable integers, and objects in lists."""
    import pandas
    import pyarrow

    frame = rows.to_pandas(**options)
    nullable = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.uint64(): pandas.UInt64Dtype()}
    for position, column in enumerate(rows.columns):
        if column.type in nullable and column.null_count and _beyond_float64(column):
            frame.isetitem(position, column.to_pandas(types_mapper=nullable.get))
        elif _is_list(column.type):
            numbers = _elements(column)
            if numbers.type in nullable and numbers.null_count and _beyond_float64(numbers):
                frame.isetitem(position, column.to_pandas(integer_object_nulls=True))
    return frame


def _is_list(kind: Any) -> bool:
    import pyarrow

    return pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind)


def _elements(column: Any) -> Any:
    """What lists hold, and lists in them."""
    from pyarrow import compute

    while _is_list(column.type):
        column = compute.list_flatten(column)
    return column


def _beyond_float64(integers: Any) -> bool:
    from pyarrow import compute

    ends = compute.min_max(integers).as_py()
    exact_max = 1 << 53
    return ends["max"] is not None and (ends["max"] > exact_max or ends["min"] < -exact_max)


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
