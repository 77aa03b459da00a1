"""Value messages as the Python values that Feast gives for them."""

from __future__ import annotations

import decimal
import json
import logging
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from feast.value_type import ValueType

# What stands in the place of a null time: the number of seconds in NumPy's NaT.
NO_TIME = -(2**63)


def moment(seconds: int, zone: tzinfo = timezone.utc) -> datetime | None:
    return None if seconds == NO_TIME else datetime.fromtimestamp(seconds, tz=zone)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text


def zone_of(name: str) -> tzinfo:
    """The zone by its IANA name or its offset ("+05:30", "UTC-07:00"); UTC for none and for what is neither."""
    if not name:
        return timezone.utc
    try:
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    except (
        Exception
    ):  # Whatever the zone database says to such a name: an error of the key, of the path or of the disk.
        offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})", name.strip())
    if offset:
        distance = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-distance if offset[1] == "-" else distance)
    if name.strip() not in ("UTC", "GMT"):
        logging.getLogger(__name__).warning("The time zone %r is not known here; the time is in UTC.", name)
    return timezone.utc


def map_value(message: Any) -> dict[str, Any]:
    """The dict in a Map message."""
    return {key: feast_value_type_to_python_type(value) for key, value in message.val.items()}


def map_list_value(message: Any) -> list[dict[str, Any]]:
    """The dicts in a MapList message."""
    return [map_value(item) for item in message.val]


def nested_values(message: Any) -> list[Any]:
    """The lists in a RepeatedValue message; also those of a set, as Feast gives them."""
    return [feast_value_type_to_python_type(value) for value in message.val]


def _key(message: Any) -> Any:
    field = message.WhichOneof("key")
    if field is None:
        return None
    value = getattr(message, field)
    return _OF_ONE.get(field.removesuffix("_key"), _as_it_is)(value)


def scalar_map_value(message: Any) -> dict[Any, Any]:
    """The dict in a ScalarMap message, whose keys are of any scalar type."""
    return {_key(entry.key): feast_value_type_to_python_type(entry.value) for entry in message.val}


def _zoned(message: Any) -> datetime | None:
    return moment(message.unix_timestamp, zone_of(message.zone))


def _as_it_is(value: Any) -> Any:
    return value


# By the name of the type in a field's name, what makes the message's value the Python one.
_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "unix_timestamp": moment,
    "json": _json,
    "uuid": uuid.UUID,
    "time_uuid": uuid.UUID,
    "decimal": decimal.Decimal,
}

# By the field of a Value message.
_OF_FIELD: dict[str, Callable[[Any], Any]] = {
    "list_val": nested_values,
    "set_val": nested_values,
    "map_val": map_value,
    "map_list_val": map_list_value,
    "struct_val": map_value,
    "struct_list_val": map_list_value,
    "scalar_map_val": scalar_map_value,
    "zoned_timestamp_val": _zoned,
    "null_val": lambda _: None,
    **{f"{kind}_val": convert for kind, convert in _OF_ONE.items()},
    **{
        f"{kind}_list_val": lambda value, of=convert: [of(item) for item in value.val]
        for kind, convert in _OF_ONE.items()
    },
    **{
        f"{kind}_set_val": lambda value, of=convert: {of(item) for item in value.val}
        for kind, convert in _OF_ONE.items()
    },
}
for _kind in ("bytes", "string", "int32", "int64", "double", "float", "bool"):
    _OF_FIELD[_kind + "_list_val"] = lambda value: list(value.val)
    _OF_FIELD[_kind + "_set_val"] = lambda value: set(value.val)


def _uuids_of_text(value: Any, feature_type: ValueType) -> Any:
    """UUIDs that were written as text, before they had a type of their own."""
    name = feature_type.name.removeprefix("TIME_")
    if name == "UUID" and isinstance(value, str):
        return uuid.UUID(value)
    if name == "UUID_LIST" and isinstance(value, list):
        return [uuid.UUID(item) for item in value]
    if name == "UUID_SET" and isinstance(value, set):
        return {uuid.UUID(item) for item in value}
    return value


def feast_value_type_to_python_type(field_value_proto: Any, feature_type: ValueType | None = None) -> Any:
    """The Python value in a Value message; None for a null. `feature_type` finds UUIDs that were written as text."""
    field = field_value_proto.WhichOneof("val")
    if field is None:
        return None
    value = getattr(field_value_proto, field)
    convert = _OF_FIELD.get(field)
    if convert is not None:
        value = convert(value)
    if feature_type is not None and field.startswith("string"):
        return _uuids_of_text(value, feature_type)
    return value
