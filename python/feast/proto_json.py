"""Values in JSON without the structure around them: `1` for `{"int64Val": 1}`, as Feast's servers speak."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format

from feast._messages import load

__all__ = ["patch"]


def patch() -> None:
    """From now on, in this process, google.protobuf.json_format reads and writes Value, RepeatedValue and FeatureList so."""
    values = load("feast.protos.feast.types.Value_pb2")
    serving = load("feast.protos.feast.serving.ServingService_pb2")
    _register(values.Value, _value_to_json, _value_from_json)
    _register(values.RepeatedValue, _values_to_json, _values_from_json)
    _register(serving.FeatureList, lambda printer, message: list(message.val), _names_from_json)


def _register(message_class: Any, to_json: Any, from_json: Any) -> None:
    """Among the messages that have a form of their own in JSON, such as Timestamp."""
    name = message_class.DESCRIPTOR.full_name
    attributes = [f"_feast_{direction}_{name}" for direction in ("to", "from")]
    setattr(json_format._Printer, attributes[0], to_json)
    setattr(json_format._Parser, attributes[1], from_json)
    json_format._WKTJSONMETHODS[name] = attributes


def _value_to_json(printer: Any, message: Any) -> Any:
    field = message.WhichOneof("val")
    if field is None or field == "null_val":
        return None
    value = getattr(message, field)
    if field in ("list_val", "set_val"):
        return [_value_to_json(printer, item) for item in value.val]
    return list(value.val) if "_list_" in field else value


def _value_from_json(parser: Any, value: Any, message: Any, path: str = "") -> None:
    scalars = {bool: "bool_val", str: "string_val", int: "int64_val", float: "double_val"}
    if value is None:
        message.null_val = 0
    elif type(value) in scalars:
        setattr(message, scalars[type(value)], value)
    elif isinstance(value, list):
        _list_from_json(parser, value, message, path)
    else:
        raise json_format.ParseError(f"A {type(value).__name__} is no value of a feature, in {path or 'the text'}.")


def _list_from_json(parser: Any, items: list, message: Any, path: str) -> None:
    kinds = {type(item) for item in items} - {type(None)}
    if not items:
        message.int64_list_val.SetInParent()
    elif list in kinds:
        for item in items:
            _value_from_json(parser, item, message.list_val.val.add(), path)
    elif kinds == {bool} and None not in items:
        message.bool_list_val.val.extend(items)
    elif kinds == {str} and None not in items:
        message.string_list_val.val.extend(items)
    elif kinds == {int} and None not in items:
        message.int64_list_val.val.extend(items)
    elif kinds <= {int, float}:
        # A null among numbers is NaN.
        message.double_list_val.val.extend(float("nan") if item is None else item for item in items)
    else:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise json_format.ParseError(f"A list of {names} is no value of a feature, in {path or 'the text'}.")


def _items(value: Any) -> list:
    return value if isinstance(value, list) else value["val"]


def _values_to_json(printer: Any, message: Any) -> list:
    return [_value_to_json(printer, item) for item in message.val]


def _values_from_json(parser: Any, value: Any, message: Any, path: str = "") -> None:
    for item in _items(value):
        _value_from_json(parser, item, message.val.add(), path)


def _names_from_json(parser: Any, value: Any, message: Any, path: str = "") -> None:
    message.val.extend(_items(value))
