"""Types of sources and of Python values as Feast's value types, and values as messages: what stores written for Feast convert with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from feast.value_type import ValueType

__all__ = [
    "feast_value_type_to_pa",
    "feast_value_type_to_pandas_type",
    "feast_value_type_to_python_type",
    "pa_to_feast_value_type",
    "pg_type_to_feast_value_type",
    "python_type_to_feast_value_type",
    "python_values_to_proto_values",
]

# From the text of an Arrow type, without its parameters.
_FROM_ARROW = {
    "int8": ValueType.INT32,
    "int16": ValueType.INT32,
    "int32": ValueType.INT32,
    "int64": ValueType.INT64,
    "uint8": ValueType.INT32,
    "uint16": ValueType.INT32,
    "uint32": ValueType.INT64,
    "uint64": ValueType.INT64,
    "halffloat": ValueType.FLOAT,
    "float": ValueType.FLOAT,
    "double": ValueType.DOUBLE,
    "bool": ValueType.BOOL,
    "string": ValueType.STRING,
    "large_string": ValueType.STRING,
    "string_view": ValueType.STRING,
    "binary": ValueType.BYTES,
    "large_binary": ValueType.BYTES,
    "fixed_size_binary": ValueType.BYTES,
    "date32": ValueType.UNIX_TIMESTAMP,
    "date64": ValueType.UNIX_TIMESTAMP,
    "timestamp": ValueType.UNIX_TIMESTAMP,
    "decimal128": ValueType.DECIMAL,
    "null": ValueType.NULL,
}

_FROM_POSTGRES = {
    "boolean": ValueType.BOOL,
    "bytea": ValueType.BYTES,
    "char": ValueType.STRING,
    "bigint": ValueType.INT64,
    "smallint": ValueType.INT32,
    "integer": ValueType.INT32,
    "real": ValueType.FLOAT,
    "double precision": ValueType.DOUBLE,
    "numeric": ValueType.DOUBLE,
    "text": ValueType.STRING,
    "character varying": ValueType.STRING,
    "uuid": ValueType.UUID,
    "date": ValueType.UNIX_TIMESTAMP,
    "timestamp": ValueType.UNIX_TIMESTAMP,
    "timestamp without time zone": ValueType.UNIX_TIMESTAMP,
    "timestamp with time zone": ValueType.UNIX_TIMESTAMP,
    "json": ValueType.JSON,
    "jsonb": ValueType.JSON,
}

_FROM_PYTHON = {
    "bool": ValueType.BOOL,
    "bytes": ValueType.BYTES,
    "datetime": ValueType.UNIX_TIMESTAMP,
    "float": ValueType.DOUBLE,
    "float32": ValueType.FLOAT,
    "float64": ValueType.DOUBLE,
    "int": ValueType.INT64,
    "int8": ValueType.INT32,
    "int16": ValueType.INT32,
    "int32": ValueType.INT32,
    "int64": ValueType.INT64,
    "str": ValueType.STRING,
    "timestamp": ValueType.UNIX_TIMESTAMP,
}


def _list_of(element: ValueType) -> ValueType:
    return getattr(ValueType, element.name + "_LIST")


def pa_to_feast_value_type(pa_type_as_str: str) -> ValueType:
    """From an Arrow type as text: "int64", "timestamp[us, tz=UTC]", "list<item: double>"."""
    text = pa_type_as_str.strip()
    match = re.fullmatch(r"(?:large_|fixed_size_)?list<(?:\w+: )?(.+?)(?: not null)?>(?:\[\d+\])?", text)
    if match:
        return _list_of(pa_to_feast_value_type(match.group(1)))
    if text.startswith("map<"):
        return ValueType.MAP
    if text.startswith("struct<"):
        return ValueType.STRUCT
    kind = re.split(r"[\[(]", text, maxsplit=1)[0]
    try:
        return _FROM_ARROW[kind]
    except KeyError:
        raise ValueError(f"No value type of Feast fits the Arrow type {text}; cast the column in the source.") from None


def pg_type_to_feast_value_type(type_str: str) -> ValueType:
    """From a PostgreSQL type, "bigint" or "text[]"; NULL for one that is not known."""
    text = type_str.strip().lower()
    if text.endswith("[]"):
        return _list_of(pg_type_to_feast_value_type(text[:-2]))
    return _FROM_POSTGRES.get(re.sub(r"\(.*\)", "", text).strip(), ValueType.NULL)


def python_type_to_feast_value_type(
    name: str, value: Any = None, recurse: bool = True, type_name: str | None = None
) -> ValueType:
    """The value type of a Python value, or of a type by its name; `name` is the column, for the error."""
    kind = (type_name or type(value).__name__).lower()
    if kind in _FROM_PYTHON:
        return _FROM_PYTHON[kind]
    if hasattr(value, "__iter__") and recurse:
        items = list(value)
        if items:
            return _list_of(python_type_to_feast_value_type(name, items[0], recurse=False))
    raise ValueError(f"The value of '{name}' is a {kind}, for which Feast has no value type.")


def feast_value_type_to_pa(feast_type: ValueType, timestamp_unit: str = "us") -> Any:
    """The Arrow type that values have."""
    import pyarrow

    from feast.types import from_feast_to_pyarrow_type, from_value_type

    if feast_type == ValueType.UNIX_TIMESTAMP:
        return pyarrow.timestamp(timestamp_unit)
    return from_feast_to_pyarrow_type(from_value_type(feast_type))


def feast_value_type_to_pandas_type(value_type: ValueType) -> str:
    """The dtype, as text, of a DataFrame's column of such values."""
    dtypes = {
        ValueType.FLOAT: "float",
        ValueType.INT32: "int",
        ValueType.INT64: "int",
        ValueType.STRING: "str",
        ValueType.DOUBLE: "float",
        ValueType.BYTES: "bytes",
        ValueType.BOOL: "bool",
        ValueType.UNIX_TIMESTAMP: "datetime64[ns]",
    }
    if value_type in dtypes:
        return dtypes[value_type]
    if value_type.name.endswith(("_LIST", "_SET")) or value_type.name in ("MAP", "STRUCT", "JSON", "UUID", "DECIMAL"):
        return "object"
    raise TypeError(f"Values of type {value_type} have no dtype in pandas.")


def feast_value_type_to_python_type(field_value_proto: Any, feature_type: Any = None) -> Any:
    """The Python value in a Value message; None for a null."""
    field = field_value_proto.WhichOneof("val")
    if field is None or field == "null_val":
        return None
    value = getattr(field_value_proto, field)
    if field.endswith(("_list_val", "_set_val")):
        values = list(value.val)
        if field.startswith("unix_timestamp"):
            values = [_moment(seconds) for seconds in values]
        return set(values) if field.endswith("_set_val") else values
    if field == "unix_timestamp_val":
        return _moment(value)
    return value


# What a list of times has in the place of a null: the number of seconds in NumPy's NaT.
_NO_TIME = -(2**63)


def _moment(seconds: int) -> datetime | None:
    return None if seconds == _NO_TIME else datetime.fromtimestamp(seconds, tz=timezone.utc)


def _seconds(value: Any) -> int:
    if _is_null(value):
        return _NO_TIME
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=timezone.utc)).timestamp())
    if hasattr(value, "item") and type(value).__name__ == "datetime64":
        return int(value.astype("datetime64[s]").astype("int"))
    return int(value)


def _converter(kind: str) -> Callable[[Any], Any]:
    """Makes a value what its message field takes."""
    if kind == "UNIX_TIMESTAMP":
        return _seconds
    return {
        "INT32": int,
        "INT64": int,
        "DOUBLE": float,
        "FLOAT": float,
        "BOOL": bool,
        "STRING": str,
        "UUID": str,
        "TIME_UUID": str,
        "DECIMAL": str,
        "JSON": str,
        "BYTES": bytes,
    }[kind]


def _is_null(value: Any) -> bool:
    # NaN and NaT, also those of NumPy, differ from themselves.
    is_number_or_time = isinstance(value, float) or type(value).__name__ in ("datetime64", "NaTType")
    return value is None or (is_number_or_time and value != value)


def python_values_to_proto_values(values: Any, feature_type: ValueType = ValueType.UNKNOWN) -> list[Any]:
    """Values of one column as Value messages; nulls become empty ones."""
    from feast._messages import load

    message = load("feast.protos.feast.types.Value_pb2").Value
    given = list(values)
    kind = feature_type
    if kind == ValueType.UNKNOWN:
        known = next((value for value in given if not _is_null(value)), None)
        if known is None:
            return [message() for _ in given]
        kind = python_type_to_feast_value_type("value", known)
    name, suffix = kind.name, ""
    for ending in ("_LIST", "_SET"):
        if name.endswith(ending):
            name, suffix = name[: -len(ending)], ending.lower()
    try:
        convert = _converter(name)
    except KeyError:
        raise ValueError(f"Values of type {kind.name} cannot be converted by this version.") from None
    result = []
    for value in given:
        made = message()
        if not (suffix == "" and _is_null(value)) and value is not None:
            field = f"{name.lower()}{suffix}_val"
            if suffix:
                getattr(made, field).val.extend(convert(item) for item in value)
            else:
                setattr(made, field, convert(value))
        result.append(made)
    return result
