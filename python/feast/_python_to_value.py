"""Python values as the Value messages that Feast makes of them."""

from __future__ import annotations

import decimal
import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any

from feast._messages import load
from feast._value_inference import python_type_to_feast_value_type
from feast._value_to_python import NO_TIME
from feast.value_type import ValueType


def _messages() -> Any:
    return load("feast.protos.feast.types.Value_pb2")


def _is_null(value: Any) -> bool:
    # NaN and NaT, also those of NumPy, differ from themselves; pandas' NA does not tell.
    name = type(value).__name__
    if value is None or name == "NAType":
        return True
    return (
        isinstance(value, (float, decimal.Decimal)) or name in ("datetime64", "NaTType", "float32")
    ) and value != value


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, (int, float)) or getattr(getattr(value, "dtype", None), "kind", "") in ("i", "u", "f")


def _is_integer(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or getattr(getattr(value, "dtype", None), "kind", "") in ("i", "u")


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def _is_time(value: Any) -> bool:
    known = isinstance(value, datetime) or hasattr(value, "ToSeconds") or type(value).__name__ == "datetime64"
    return known or _is_integer(value) or _is_null(value)


def _seconds(value: Any) -> int:
    if _is_null(value):
        return NO_TIME
    if isinstance(value, datetime):
        return int((value if value.utcoffset() is not None else value.replace(tzinfo=timezone.utc)).timestamp())
    if hasattr(value, "ToSeconds"):
        return int(value.ToSeconds())
    if type(value).__name__ == "datetime64":
        return int(value.astype("datetime64[s]").astype("int"))
    return int(value)


def _integer(value: Any) -> int:
    return int(value.timestamp()) if isinstance(value, datetime) else int(value)


def _json_text(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        json.loads(value)
    except ValueError as error:
        raise ValueError(f"The text of a Json value is no JSON: {error}") from error
    return value


# By type: whether an element of a list may be such a value, and what makes it what its message takes.
_ELEMENTS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any], Any]] = {
    "INT32": (_is_integer, int, 0),
    "INT64": (_is_integer, int, 0),
    "FLOAT": (_is_number, float, 0.0),
    "DOUBLE": (_is_number, float, 0.0),
    "BOOL": (_is_bool, bool, False),
    "STRING": (lambda value: isinstance(value, str), str, ""),
    "BYTES": (lambda value: isinstance(value, bytes), bytes, b""),
    "UNIX_TIMESTAMP": (_is_time, _seconds, NO_TIME),
    "UUID": (lambda value: isinstance(value, (str, uuid.UUID)), str, ""),
    "TIME_UUID": (lambda value: isinstance(value, (str, uuid.UUID)), str, ""),
    "DECIMAL": (lambda value: isinstance(value, (str, decimal.Decimal)), str, ""),
    "JSON": (lambda value: True, _json_text, "null"),
}
# By type: whether a value may be such a one, and what makes it what its message takes.
_SCALARS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "INT32": (lambda value: True, int),
    "INT64": (lambda value: True, _integer),
    "FLOAT": (lambda value: True, float),
    "DOUBLE": (lambda value: _is_number(value) or isinstance(value, decimal.Decimal), float),
    "STRING": (lambda value: True, str),
    "BYTES": (lambda value: isinstance(value, bytes), bytes),
    "BOOL": (lambda value: _is_bool(value) or _is_integer(value), bool),
    "UUID": _ELEMENTS["UUID"][:2],
    "TIME_UUID": _ELEMENTS["TIME_UUID"][:2],
    "DECIMAL": _ELEMENTS["DECIMAL"][:2],
}
_BYTES_OF_A_KIND = ("PDF_BYTES", "IMAGE_BYTES")


def _wrong(value: Any, kind: str) -> TypeError:
    return TypeError(f"A value of type {kind} cannot be made of a {type(value).__name__}: {value!r}")


def _elements(values: Iterable[Any], kind: str) -> list[Any]:
    fits, convert, of_null = _ELEMENTS[kind]
    made = []
    for value in values:
        if value is not None and not fits(value):
            raise _wrong(value, kind)
        made.append(of_null if value is None else convert(value))
    return made


def _collection(value: Any, kind: str, is_set: bool) -> list[Any]:
    if hasattr(value, "tolist") and getattr(value.dtype, "kind", "") != "M":
        value = value.tolist()
    if isinstance(value, (bytes, bytearray)) and kind != "BYTES":
        value = json.loads(value)
        if kind == "BOOL" and isinstance(value, list):
            value = [bool(item) for item in value]
    if isinstance(value, (str, bytes, bytearray)) or not hasattr(value, "__iter__"):
        raise _wrong(value, kind + ("_SET" if is_set else "_LIST"))
    return _elements(set(value) if is_set else value, kind)


def _from_text(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def map_message(values: dict[str, Any]) -> Any:
    """A Map message of a dict; a dict in it becomes a map too."""
    message = _messages().Map()
    for key, value in values.items():
        message.val[key].CopyFrom(_inner_value(value))
    return message


def _inner_value(value: Any) -> Any:
    made = _messages().Value()
    if isinstance(value, dict):
        made.map_val.CopyFrom(map_message(value))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        made.map_list_val.CopyFrom(map_list_message(value))
    elif value is not None:
        return python_values_to_proto_values([value])[0]
    return made


def map_list_message(values: list[dict[str, Any]]) -> Any:
    """A MapList message of a list of dicts."""
    message = _messages().MapList()
    for value in values:
        if not isinstance(value, dict):
            raise ValueError(f"A list of maps has dicts in it, not a {type(value).__name__}: {value!r}")
        message.val.append(map_message(value))
    return message


def _map(value: Any) -> Any:
    value = _from_text(value)
    if isinstance(value, list) and value and all(isinstance(pair, tuple) for pair in value):
        value = dict(value)  # What Arrow makes of its maps.
    if not isinstance(value, dict):
        raise _wrong(value, "MAP")
    return map_message(value)


def _map_list(value: Any) -> Any:
    value = _from_text(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, list):
        raise _wrong(value, "MAP_LIST")
    return map_list_message(value)


def _struct(value: Any) -> Any:
    value = _from_text(value)
    if not isinstance(value, dict):
        value = dict(value) if hasattr(value, "items") else {"_value": str(value)}
    return map_message(value)


def map_key_message(key: Any) -> Any:
    """A MapKey message of a key that is no text."""
    message = _messages().MapKey
    name = type(key).__name__
    if _is_bool(key):
        return message(bool_key=bool(key))
    if name in ("int32", "float32"):
        return message(**{{"int32": "int32_key", "float32": "float_key"}[name]: key.item()})
    if _is_integer(key):
        return message(int64_key=int(key))
    if isinstance(key, float):
        return message(double_key=float(key))
    if isinstance(key, (uuid.UUID, decimal.Decimal)):
        return message(**{f"{name.lower()}_key": str(key)})
    if isinstance(key, bytes):
        return message(bytes_key=key)
    if isinstance(key, datetime):
        return message(unix_timestamp_key=_seconds(key))
    raise TypeError(
        f"A key of a scalar map must be an int, float, bool, UUID, Decimal, bytes or datetime, not a {name}: {key!r}"
    )


def scalar_map_message(values: Any) -> Any:
    """A ScalarMap message of a dict whose keys are no text."""
    if not isinstance(values, dict):
        raise _wrong(values, "SCALAR_MAP")
    message = _messages().ScalarMap()
    for key, value in values.items():
        entry = message.val.add()
        entry.key.CopyFrom(map_key_message(key))
        entry.value.SetInParent()
        if value is not None:
            entry.value.CopyFrom(python_values_to_proto_values([value])[0])
    return message


def zone_name(zone: Any) -> str:
    """What a zone is stored as: its IANA name, or its offset; "" for none."""
    return "" if zone is None else getattr(zone, "key", None) or str(zone)


def _zoned(value: Any) -> Any:
    if not isinstance(value, datetime):
        raise _wrong(value, "ZONED_TIMESTAMP")
    return _messages().ZonedTimestamp(unix_timestamp=_seconds(value), zone=zone_name(value.tzinfo))


def _nested(value: Any) -> Any:
    """The RepeatedValue of a list of lists or sets, whatever the depth. Sets in it become lists, and what is empty a null."""
    message = _messages().RepeatedValue()
    for inner in value:
        items = [] if inner is None else list(inner)
        made = message.val.add()
        if any(isinstance(item, (list, set, tuple)) or type(item).__name__ == "ndarray" for item in items):
            made.list_val.CopyFrom(_nested(items))
        elif items:
            made.CopyFrom(python_values_to_proto_values([items])[0])
    return message


# By type: the field, and what makes the message in it.
_STRUCTURED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "MAP": ("map_val", _map),
    "MAP_LIST": ("map_list_val", _map_list),
    "STRUCT": ("struct_val", _struct),
    "STRUCT_LIST": ("struct_list_val", _map_list),
    "SCALAR_MAP": ("scalar_map_val", scalar_map_message),
    "VALUE_LIST": ("list_val", _nested),
    "VALUE_SET": ("set_val", _nested),
}


def _is_collection(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, (str, bytes))


def _scalar(value: Any, kind: str) -> Any:
    message = _messages().Value
    # A list in a column of single values counts as a null, as with Feast.
    if _is_collection(value):
        return message()
    if kind == "UNIX_TIMESTAMP":
        return message(unix_timestamp_val=_seconds(value))
    if _is_null(value):
        return message()
    if kind == "ZONED_TIMESTAMP":
        return message(zoned_timestamp_val=_zoned(value))
    kind = "BYTES" if kind in _BYTES_OF_A_KIND else kind
    fits, convert = _SCALARS[kind]
    if not fits(value) and not (_is_number(value) and value == 0):
        raise _wrong(value, kind)
    return message(**{f"{kind.lower()}_val": convert(value)})


def _made(value: Any, kind: str) -> Any:
    message = _messages().Value
    if value is None:
        return message()
    if isinstance(value, message):
        return value
    if kind in _STRUCTURED:
        field, make = _STRUCTURED[kind]
        made = message()
        getattr(made, field).CopyFrom(make(value))
        return made
    if kind == "JSON":
        return message(json_val=_json_text(value))
    for suffix in ("_LIST", "_SET"):
        if kind.endswith(suffix):
            made = message()
            of = getattr(made, kind.lower() + "_val")
            of.SetInParent()  # An empty list is one, and no null.
            of.val.extend(_collection(value, kind.removesuffix(suffix), suffix == "_SET"))
            return made
    return _scalar(value, kind)


def _is_sample(value: Any) -> bool:
    return value is not None and (isinstance(value, str) or not hasattr(value, "__len__") or len(value) > 0)


def python_values_to_proto_values(values: Any, feature_type: ValueType = ValueType.UNKNOWN) -> list[Any]:
    """Values of one column as Value messages; nulls become empty ones. Without a type, that of the first value counts."""
    given = list(values)
    kind = feature_type
    if kind == ValueType.UNKNOWN:
        sample = next((value for value in given if _is_sample(value)), None)
        if sample is not None:
            kind = python_type_to_feast_value_type("", sample)
        elif any(value is not None for value in given):
            raise TypeError("The type of an empty value cannot be told; give it.")
        else:
            return [_messages().Value() for _ in given]
    if kind == ValueType.NULL:
        return [_messages().Value() for _ in given]
    return [_made(value, kind.name) for value in given]
