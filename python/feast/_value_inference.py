"""The value types of Python values."""

from __future__ import annotations

from typing import Any

from feast.value_type import ValueType

# By the names of Python's, NumPy's and pandas' types, in lower case.
_NAMES = {
    ValueType.BOOL: "bool bool_ boolean",
    ValueType.BYTES: "bytes bytes_",
    ValueType.DECIMAL: "decimal",
    ValueType.DOUBLE: "float float64",
    ValueType.FLOAT: "float32",
    ValueType.INT32: "int8 int16 int32 uint8 uint16",
    ValueType.INT64: "int int64 uint32 uint64",
    ValueType.STRING: "str str_ string category",
    ValueType.UNIX_TIMESTAMP: "date datetime nattype timedelta timestamp",
    ValueType.UUID: "uuid",
}
_BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def with_suffix(element: ValueType, suffix: str) -> ValueType:
    """The type of the lists ("_LIST") or sets ("_SET") of such elements."""
    return getattr(ValueType, element.name + suffix, None) or getattr(ValueType, "VALUE" + suffix)


def _of_elements(name: str, value: Any, recurse: bool) -> ValueType:
    if not recurse:
        raise ValueError(
            f"Lists in lists have no type of their own; give the field one: Array(Array(Int32)). Field: {name}"
        )
    common = None
    for item in value:
        kind = _of_message(item) if hasattr(item, "WhichOneof") else python_type_to_feast_value_type(name, item, False)
        if common not in (None, kind):
            raise ValueError(f"The values of one list must be of one type, not {common} and {kind}. Field: {name}")
        common = kind
    if common is None:
        return ValueType.UNKNOWN
    return with_suffix(common, "_SET" if isinstance(value, (set, frozenset)) else "_LIST")


def _of_message(value: Any) -> ValueType:
    field = value.WhichOneof("val")
    if field is None:
        return ValueType.UNKNOWN
    name = field.removesuffix("_val").upper()
    return getattr(ValueType, {"LIST": "VALUE_LIST", "SET": "VALUE_SET"}.get(name, name))


def python_type_to_feast_value_type(
    name: str, value: Any = None, recurse: bool = True, type_name: str | None = None
) -> ValueType:
    """The value type of a Python value, or of a type by its name; `name` is the field, for the error."""
    kind = (type_name or type(value).__name__).lower()
    if kind == "object" and value is not None:
        kind = type(value).__name__.lower()
    if kind in _BY_NAME:
        return _BY_NAME[kind]
    if kind.startswith("datetime64"):
        return ValueType.UNIX_TIMESTAMP
    if isinstance(value, dict):
        return ValueType.SCALAR_MAP if value and not isinstance(next(iter(value)), str) else ValueType.MAP
    dtype = str(getattr(value, "dtype", ""))
    if kind == "ndarray" and dtype in _BY_NAME:
        return with_suffix(_BY_NAME[dtype], "_LIST")
    if kind == "ndarray" or isinstance(value, (list, tuple, set, frozenset)):
        return _of_elements(name, value, recurse)
    raise ValueError(f"Feast has no value type for a Python value of type {kind}. Field: {name}")


def python_values_to_feast_value_type(name: str, values: Any, recurse: bool = True) -> ValueType:
    """The one value type of a column's values."""
    common = ValueType.UNKNOWN
    for value in values:
        kind = ValueType.UNKNOWN if value is None else python_type_to_feast_value_type(name, value, recurse)
        if common == ValueType.UNKNOWN:
            common = kind
        elif kind not in (common, ValueType.UNKNOWN):
            raise TypeError(f"The values of one column must be of one type, not {common} and {kind}. Column: {name}")
    if common == ValueType.UNKNOWN:
        raise ValueError(f"A column of nulls has no type; give its field one. Column: {name}")
    return common
