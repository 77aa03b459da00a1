"""Types of sources and of Python values as Feast's value types, and values as messages: what stores written for Feast convert with."""

from __future__ import annotations

from typing import Any

from feast._python_to_value import map_key_message as _python_value_to_map_key_proto  # noqa: F401
from feast._python_to_value import map_list_message as _python_list_to_map_list_proto  # noqa: F401
from feast._python_to_value import map_message as _python_dict_to_map_proto  # noqa: F401
from feast._python_to_value import python_values_to_proto_values
from feast._python_to_value import scalar_map_message as _python_dict_to_scalar_map_proto  # noqa: F401
from feast._python_to_value import zone_name as _zone_name  # noqa: F401
from feast._source_types import (
    arrow_to_pg_type,
    athena_to_feast_value_type,
    bq_to_feast_value_type,
    cb_columnar_type_to_feast_value_type,
    mongodb_to_feast_value_type,
    mssql_to_feast_value_type,
    oracle_to_feast_value_type,
    pa_to_athena_value_type,
    pa_to_feast_value_type,
    pa_to_mssql_type,
    pa_to_redshift_value_type,
    pg_type_code_to_pg_type,
    pg_type_to_feast_value_type,
    redshift_to_feast_value_type,
    snowflake_type_to_feast_value_type,
    spark_to_feast_value_type,
)
from feast._value_inference import python_type_to_feast_value_type, python_values_to_feast_value_type
from feast._value_to_python import NO_TIME as NULL_TIMESTAMP_INT_VALUE
from feast._value_to_python import feast_value_type_to_python_type
from feast._value_to_python import map_list_value as _handle_map_list_value  # noqa: F401
from feast._value_to_python import map_value as _handle_map_value  # noqa: F401
from feast._value_to_python import nested_values as _handle_nested_collection_value  # noqa: F401
from feast._value_to_python import scalar_map_value as _handle_scalar_map_value  # noqa: F401
from feast._value_to_python import zone_of as _zone_from_name  # noqa: F401
from feast.value_type import ValueType

__all__ = [
    "NULL_TIMESTAMP_INT_VALUE",
    "PROTO_VALUE_TO_VALUE_TYPE_MAP",
    "VALUE_TYPE_TO_PROTO_VALUE_MAP",
    "arrow_to_pg_type",
    "athena_to_feast_value_type",
    "bq_to_feast_value_type",
    "cb_columnar_type_to_feast_value_type",
    "convert_array_column",
    "convert_scalar_column",
    "feast_value_type_to_pa",
    "feast_value_type_to_pandas_type",
    "feast_value_type_to_python_type",
    "mongodb_to_feast_value_type",
    "mssql_to_feast_value_type",
    "oracle_to_feast_value_type",
    "pa_to_athena_value_type",
    "pa_to_feast_value_type",
    "pa_to_mssql_type",
    "pa_to_redshift_value_type",
    "pg_type_code_to_arrow",
    "pg_type_code_to_pg_type",
    "pg_type_to_feast_value_type",
    "python_type_to_feast_value_type",
    "python_values_to_feast_value_type",
    "python_values_to_proto_values",
    "redshift_to_feast_value_type",
    "snowflake_type_to_feast_value_type",
    "spark_to_feast_value_type",
    "spark_schema_to_np_dtypes",
]

# Types that have no field of their own in a Value message.
_NO_FIELD = ("UNKNOWN", "NULL", "PDF_BYTES", "IMAGE_BYTES")
_FIELDS = {"VALUE_LIST": "list_val", "VALUE_SET": "set_val"}

PROTO_VALUE_TO_VALUE_TYPE_MAP: dict[str, ValueType] = {
    _FIELDS.get(kind.name, kind.name.lower() + "_val"): kind for kind in ValueType if kind.name not in _NO_FIELD
}
VALUE_TYPE_TO_PROTO_VALUE_MAP: dict[ValueType, str] = {
    kind: field for field, kind in PROTO_VALUE_TO_VALUE_TYPE_MAP.items()
}


def feast_value_type_to_pa(feast_type: ValueType, timestamp_unit: str = "us") -> Any:
    """The Arrow type that values have."""
    import pyarrow

    from feast.types import from_feast_to_pyarrow_type, from_value_type

    name, of = feast_type.name, feast_type
    for suffix in ("_LIST", "_SET"):
        if name.endswith(suffix):
            name = name.removesuffix(suffix)
            of = getattr(ValueType, name, ValueType.STRING_LIST)
            return pyarrow.list_(feast_value_type_to_pa(of, timestamp_unit))
    if name == "UNIX_TIMESTAMP":
        return pyarrow.timestamp(timestamp_unit)
    structured = {
        "JSON": pyarrow.large_string(),
        "MAP": pyarrow.map_(pyarrow.string(), pyarrow.string()),
        "STRUCT": pyarrow.struct([]),
        "NULL": pyarrow.null(),
        "UUID": pyarrow.string(),
        "TIME_UUID": pyarrow.string(),
        "DECIMAL": pyarrow.string(),
    }
    return structured[name] if name in structured else from_feast_to_pyarrow_type(from_value_type(of))


def pg_type_code_to_arrow(code: int) -> Any:
    """The Arrow type of PostgreSQL's type with that number."""
    return feast_value_type_to_pa(pg_type_to_feast_value_type(pg_type_code_to_pg_type(code)))


def feast_value_type_to_pandas_type(value_type: ValueType) -> str:
    """The dtype, as text, of a DataFrame's column of such values."""
    dtypes = {
        "FLOAT": "float",
        "DOUBLE": "float",
        "INT32": "int",
        "INT64": "int",
        "STRING": "str",
        "UUID": "str",
        "TIME_UUID": "str",
        "BYTES": "bytes",
        "BOOL": "bool",
        "UNIX_TIMESTAMP": "datetime64[ns]",
        **dict.fromkeys(("MAP", "STRUCT", "JSON", "DECIMAL", "SCALAR_MAP", "ZONED_TIMESTAMP"), "object"),
    }
    if value_type.name.endswith(("_LIST", "_SET")):
        return "object"
    try:
        return dtypes[value_type.name]
    except KeyError:
        raise TypeError(f"Values of type {value_type} have no dtype in pandas.") from None


def spark_schema_to_np_dtypes(dtypes: list[tuple[str, str]]) -> Any:
    """NumPy's dtypes for the columns of a Spark DataFrame."""
    import numpy

    known = {"boolean": "bool", "double": "float64", "float": "float64", "timestamp": "datetime64[ns]"}
    known |= dict.fromkeys(("int", "bigint", "smallint"), "int64")
    return (numpy.dtype(known.get(kind, "O")) for _, kind in dtypes)


def convert_scalar_column(series: Any, value_type: ValueType, target_pandas_type: str) -> Any:
    """A Series of single values in the dtype of pandas that has room for nulls."""
    import pandas

    name = value_type.name
    if name in ("INT32", "INT64", "FLOAT", "DOUBLE"):
        dtype = {"INT32": "Int32", "INT64": "Int64"}.get(name, "float64")
        return pandas.to_numeric(series, errors="coerce").astype(dtype)
    if name == "UNIX_TIMESTAMP":
        return pandas.to_datetime(series, unit="s", errors="coerce")
    if name in ("JSON", "STRUCT", "MAP"):
        return series
    dtypes = {"BOOL": "boolean", "STRING": "string", "UUID": "string", "TIME_UUID": "string"}
    return series.astype(dtypes.get(name, target_pandas_type))


def convert_array_column(series: Any, value_type: ValueType) -> Any:
    """A Series of lists, in which nulls and empty lists are empty arrays of the elements' dtype."""
    import numpy

    dtypes = {"INT32": "int32", "INT64": "int64", "FLOAT": "float32", "DOUBLE": "float64", "BOOL": "bool"}
    dtypes["UNIX_TIMESTAMP"] = "datetime64[s]"
    dtype = dtypes.get(value_type.name.rpartition("_")[0], "O")
    return series.apply(
        lambda item: numpy.empty(0, dtype) if item is None or (isinstance(item, list) and not item) else item
    )
