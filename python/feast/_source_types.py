"""The types of databases' columns and of Arrow's as Feast's value types, and Arrow's as databases' types."""

from __future__ import annotations

import re
from typing import Any

from feast._value_inference import with_suffix
from feast.value_type import ValueType


def _by_name(names: dict[ValueType, str]) -> dict[str, ValueType]:
    return {name: kind for kind, text in names.items() for name in text.split(", ")}


_ARROW = _by_name(
    {
        ValueType.INT32: "int8, int16, int32, uint8, uint16",
        ValueType.INT64: "int64, uint32, uint64",
        ValueType.FLOAT: "halffloat, float",
        ValueType.DOUBLE: "double",
        ValueType.BOOL: "bool",
        ValueType.STRING: "string, string_view, str",
        ValueType.JSON: "large_string",
        ValueType.BYTES: "binary, large_binary, fixed_size_binary, bytes",
        ValueType.UNIX_TIMESTAMP: "date32, date64, timestamp",
        ValueType.DECIMAL: "decimal128",
        ValueType.NULL: "null",
    }
)
_BIGQUERY = _by_name(
    {
        ValueType.UNIX_TIMESTAMP: "DATETIME, TIMESTAMP",
        ValueType.INT64: "INTEGER, NUMERIC, INT64",
        ValueType.DOUBLE: "FLOAT, FLOAT64",
        ValueType.BYTES: "BYTES",
        ValueType.BOOL: "BOOL, BOOLEAN",
        ValueType.NULL: "NULL",
        ValueType.JSON: "JSON",
        ValueType.STRUCT: "STRUCT, RECORD",
    }
)
_SQL_SERVER = _by_name(
    {
        ValueType.INT32: "int, smallint, tinyint",
        ValueType.INT64: "bigint",
        ValueType.FLOAT: "real",
        ValueType.DOUBLE: "float",
        ValueType.BOOL: "bit",
        ValueType.BYTES: "binary, varbinary",
        ValueType.STRING: "char, nchar, nvarchar, nvarchar(max), varchar",
        ValueType.UNIX_TIMESTAMP: "date, datetime, datetimeoffset",
        ValueType.JSON: "json",
    }
)
_ORACLE = _by_name(
    {
        ValueType.INT32: "int8, int16, int32, integer, smallint",
        ValueType.INT64: "int64",
        ValueType.FLOAT: "float16, float32, real, binary_float",
        ValueType.DOUBLE: "float64, decimal, number, float, double precision, binary_double",
        ValueType.BYTES: "binary, blob, raw, long raw",
        ValueType.BOOL: "boolean",
        ValueType.UNIX_TIMESTAMP: "timestamp, date, time, interval",
        ValueType.NULL: "null",
    }
)
_REDSHIFT = _by_name(
    {
        ValueType.INT32: "int2, int4",
        ValueType.INT64: "int8",
        ValueType.FLOAT: "float4",
        ValueType.DOUBLE: "float8, numeric",
        ValueType.BOOL: "bool",
        ValueType.STRING: "character, varchar",
        ValueType.UNIX_TIMESTAMP: "timestamp, timestamptz",
        ValueType.MAP: "super",
        ValueType.JSON: "json",
    }
)
_SNOWFLAKE = _by_name(
    {
        ValueType.BYTES: "BINARY",
        ValueType.STRING: "VARCHAR",
        ValueType.INT32: "NUMBER32",
        ValueType.INT64: "NUMBER64",
        ValueType.DOUBLE: "NUMBERwSCALE, DOUBLE",
        ValueType.BOOL: "BOOLEAN",
        ValueType.UNIX_TIMESTAMP: "DATE, TIMESTAMP, TIMESTAMP_TZ, TIMESTAMP_LTZ, TIMESTAMP_NTZ",
        ValueType.MAP: "VARIANT, OBJECT",
        ValueType.STRING_LIST: "ARRAY",
        ValueType.JSON: "JSON",
    }
)
_SPARK = _by_name(
    {
        ValueType.BYTES: "byte",
        ValueType.STRING: "string",
        ValueType.INT32: "int, short, smallint, tinyint",
        ValueType.INT64: "bigint, long",
        ValueType.DOUBLE: "double, decimal",
        ValueType.FLOAT: "float",
        ValueType.BOOL: "boolean",
        ValueType.UNIX_TIMESTAMP: "timestamp, date",
        ValueType.MAP: "map",
        ValueType.STRUCT: "struct",
    }
)
# In these, Feast knows no arrays of.
_SPARK_ONLY_ALONE = ("long", "short", "null")
_POSTGRES = _by_name(
    {
        ValueType.BOOL: "boolean",
        ValueType.BYTES: "bytea",
        ValueType.STRING: "char, character, character varying, text",
        ValueType.INT32: "smallint, integer",
        ValueType.INT64: "bigint",
        ValueType.FLOAT: "real",
        ValueType.DOUBLE: "double precision, numeric",
        ValueType.UNIX_TIMESTAMP: "date, timestamp, time without time zone, timestamp without time zone, "
        "timestamp with time zone",
        ValueType.UUID: "uuid",
        ValueType.MAP: "json, jsonb",
    }
)
_ATHENA = _by_name(
    {
        ValueType.BOOL: "boolean",
        ValueType.INT32: "tinyint, smallint, int, integer",
        ValueType.INT64: "bigint",
        ValueType.DOUBLE: "double",
        ValueType.FLOAT: "float, real",
        ValueType.DECIMAL: "decimal",
        ValueType.BYTES: "binary, varbinary",
        ValueType.STRING: "char, varchar, string, ipaddress",
        ValueType.JSON: "json",
        ValueType.STRUCT: "struct, row",
        ValueType.MAP: "map",
        ValueType.UUID: "uuid",
    }
)
_COUCHBASE = _by_name(
    {
        ValueType.BOOL: "boolean",
        ValueType.STRING: "string",
        ValueType.INT64: "bigint",
        ValueType.DOUBLE: "double",
        ValueType.NULL: "null",
        ValueType.UUID: "uuid",
    }
)
_MONGODB = _by_name(
    {
        ValueType.STRING: "str, string",
        ValueType.INT64: "int, int64",
        ValueType.DOUBLE: "float, float64",
        ValueType.BOOL: "bool",
        ValueType.BYTES: "bytes",
        ValueType.UNIX_TIMESTAMP: "datetime",
    }
)


def pa_to_feast_value_type(pa_type_as_str: str) -> ValueType:
    """From an Arrow type as text: "int64", "timestamp[us, tz=UTC]", "list<item: double>"."""
    text = pa_type_as_str.strip()
    match = re.fullmatch(r"(?:large_|fixed_size_)?list<(?:\w+: )?(.+?)(?: not null)?>(?:\[\d+\])?", text)
    if match:
        return with_suffix(pa_to_feast_value_type(match[1]), "_LIST")
    if text.startswith("map<"):
        return ValueType.MAP
    if text.startswith(("struct<", "struct{")):
        return ValueType.STRUCT
    try:
        return _ARROW[re.split(r"[\[(]", text, maxsplit=1)[0]]
    except KeyError:
        raise ValueError(f"No value type of Feast fits the Arrow type {text}; cast the column in the source.") from None


def _known(types: dict[str, ValueType], name: str, database: str) -> ValueType:
    try:
        return types[name]
    except KeyError:
        raise ValueError(f"Feast has no value type for this type of {database}; cast the column: {name}") from None


def bq_to_feast_value_type(bq_type_as_str: str) -> ValueType:
    """From a type of BigQuery, "INT64" or "ARRAY<STRING>"; STRING for one that is not known."""
    if bq_type_as_str.startswith("ARRAY<"):
        return with_suffix(bq_to_feast_value_type(bq_type_as_str[6:-1]), "_LIST")
    return _BIGQUERY.get(bq_type_as_str, ValueType.STRING)


def mssql_to_feast_value_type(mssql_type_as_str: str) -> ValueType:
    """From a type of SQL Server."""
    return _known(_SQL_SERVER, mssql_type_as_str.lower(), "SQL Server")


def oracle_to_feast_value_type(oracle_type_as_str: str) -> ValueType:
    """From a type of Oracle, its own name or Ibis'; STRING for one that is not known."""
    return _ORACLE.get(oracle_type_as_str.lower().split("(")[0].strip(), ValueType.STRING)


def redshift_to_feast_value_type(redshift_type_as_str: str) -> ValueType:
    """From a type of Redshift."""
    return _known(_REDSHIFT, redshift_type_as_str.lower(), "Redshift")


def snowflake_type_to_feast_value_type(snowflake_type: str) -> ValueType:
    """From a type of Snowflake; numbers are NUMBER32, NUMBER64 or NUMBERwSCALE."""
    return _known(_SNOWFLAKE, snowflake_type, "Snowflake")


def spark_to_feast_value_type(spark_type_as_str: Any) -> ValueType:
    """From a type of Spark, "bigint" or "array<map<string,int>>"; NULL for one that is not known."""
    if not isinstance(spark_type_as_str, str):
        return ValueType.NULL
    text = spark_type_as_str.lower()
    if text == "null":
        return ValueType.UNKNOWN
    if text.startswith("array<"):
        inner = re.split(r"[<(]", text[6:].removesuffix(">"))[0]
        known = None if inner in _SPARK_ONLY_ALONE else _SPARK.get(inner)
        return ValueType.NULL if known is None else with_suffix(known, "_LIST")
    return _SPARK.get(re.split(r"[<(]", text)[0], ValueType.NULL)


def pg_type_to_feast_value_type(type_str: str) -> ValueType:
    """From a type of PostgreSQL, "bigint" or "text[]"; UNKNOWN for one that is not known."""
    text = type_str.strip().lower()
    if text.endswith("[]"):
        element = pg_type_to_feast_value_type(text[:-2])
        return element if element == ValueType.UNKNOWN else with_suffix(element, "_LIST")
    return _POSTGRES.get(re.sub(r"\(.*\)", "", text).strip(), ValueType.UNKNOWN)


def athena_to_feast_value_type(athena_type_as_str: str) -> ValueType:
    """From a type of Athena, "bigint" or "array<varchar(3)>"; UNKNOWN for one that is not known."""
    text = athena_type_as_str.lower().strip()
    if text.startswith("array"):
        inner = re.search(r"[<\[](.+)[>\]]", text)
        element = athena_to_feast_value_type(inner[1]) if inner else ValueType.UNKNOWN
        return ValueType.VALUE_LIST if element == ValueType.UNKNOWN else with_suffix(element, "_LIST")
    name = re.split(r"[(<\[]", text)[0].strip()
    if "time" in name or "date" in name:
        return ValueType.UNIX_TIMESTAMP
    return _ATHENA.get(name, ValueType.UNKNOWN)


def cb_columnar_type_to_feast_value_type(type_str: str) -> ValueType:
    """From a type of Couchbase Columnar; UNKNOWN for one that is not known."""
    return _COUCHBASE.get(type_str.lower(), ValueType.UNKNOWN)


def mongodb_to_feast_value_type(type_str: str) -> ValueType:
    """From the Python type of a field in MongoDB, "int" or "list[str]"; UNKNOWN for one that is not known."""
    inner = re.fullmatch(r"list\[(.+)\]", type_str)
    known = _MONGODB.get(inner[1] if inner else type_str, ValueType.UNKNOWN)
    if inner and known != ValueType.UNKNOWN and inner[1] not in ("string", "int64", "float64"):
        return with_suffix(known, "_LIST")
    return ValueType.UNKNOWN if inner else known


_PLAIN = "null bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float double binary string".split()
_TO_SQL_SERVER = "None bit tinyint smallint int bigint tinyint smallint int bigint float real binary varchar".split()
_TO_REDSHIFT = "int4 bool int4 int4 int4 int8 int4 int4 int8 int8 float4 float8 varchar varchar".split()
_TO_ATHENA = "null boolean tinyint smallint int bigint smallint int bigint bigint float double binary string".split()
_TO_POSTGRES = (
    "null,boolean,tinyint,smallint,int,bigint,smallint,int,bigint,bigint,float,double precision,binary,text".split(",")
)
_TO_POSTGRES_LISTS = {
    "list<item: int32>": "int[]",
    "list<item: int64>": "bigint[]",
    "list<item: bool>": "boolean[]",
    "list<item: double>": "double precision[]",
    "list<item: timestamp[us]>": "timestamp[]",
}


def _of_arrow(text: str, names: list[str], structured: str, database: str) -> str:
    if text == "large_string" or text.startswith(("map<", "struct<", "struct{")):
        return structured
    try:
        return names[_PLAIN.index(text)]
    except ValueError:
        raise ValueError(f"{database} has no type for this Arrow type; cast the column: {text}") from None


def pa_to_mssql_type(pa_type: Any) -> str:
    """The type of SQL Server that Arrow's is stored as."""
    text = str(pa_type).lower()
    if text.startswith("timestamp"):
        return "datetime2" if "tz=" in text else "datetime"
    if text.startswith("date"):
        return "date"
    return text if text.startswith("decimal") else _of_arrow(text, _TO_SQL_SERVER, "nvarchar(max)", "SQL Server")


def pa_to_redshift_value_type(pa_type: Any) -> str:
    """The type of Redshift that Arrow's is stored as."""
    text = str(pa_type).lower()
    if text.startswith("timestamp"):
        return "timestamptz" if "tz=" in text else "timestamp"
    if text.startswith("date"):
        return "date"
    if text.startswith("list"):
        return "super"
    return text if text.startswith("decimal") else _of_arrow(text, _TO_REDSHIFT, "super", "Redshift")


def pa_to_athena_value_type(pa_type: Any) -> str:
    """The type of Athena that Arrow's is stored as."""
    text = str(pa_type).lower()
    for start, name in (("timestamp", "timestamp"), ("date", "date"), ("list", "array<string>")):
        if text.startswith(start):
            return name
    return _of_arrow(text, _TO_ATHENA, "string", "Athena")


def arrow_to_pg_type(t_str: str) -> str:
    """The type of PostgreSQL that Arrow's is stored as."""
    if t_str.startswith(("timestamp", "datetime")):
        return "timestamptz" if "tz=" in t_str else "timestamp"
    return _TO_POSTGRES_LISTS.get(t_str) or _of_arrow(t_str, _TO_POSTGRES, "jsonb", "PostgreSQL")


# PostgreSQL's numbers of its types, which a cursor tells, and Feast's names.
_POSTGRES_CODES = {
    16: "boolean",
    17: "bytea",
    20: "bigint",
    21: "smallint",
    23: "integer",
    25: "text",
    114: "json",
    199: "json[]",
    700: "real",
    701: "double precision",
    1000: "boolean[]",
    1001: "bytea[]",
    1005: "smallint[]",
    1007: "integer[]",
    1009: "text[]",
    1014: "character[]",
    1016: "bigint[]",
    1021: "real[]",
    1022: "double precision[]",
    1042: "character",
    1043: "character varying",
    1082: "date",
    1083: "time without time zone",
    1114: "timestamp without time zone",
    1115: "timestamp without time zone[]",
    1182: "date[]",
    1183: "time without time zone[]",
    1184: "timestamp with time zone",
    1185: "timestamp with time zone[]",
    1231: "numeric[]",
    1700: "numeric",
    2950: "uuid",
    2951: "uuid[]",
    3802: "jsonb",
    3807: "jsonb[]",
}


def pg_type_code_to_pg_type(code: int) -> str:
    """PostgreSQL's name of a type by its number; "unknown" for one that is not known."""
    return _POSTGRES_CODES.get(code, "unknown")
