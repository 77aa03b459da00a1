"""Objects that the registry keeps and plans without interpreting them: label views, permissions, validation references.

Their classes are Python's; what crosses to the engine is their protobuf JSON.
"""

from __future__ import annotations

import importlib
import json
from datetime import datetime
from typing import Any

from feast import _feast

_CLASSES = {
    "label view": ("feast.labeling.label_view", "LabelView"),
    "permission": ("feast.permissions.permission", "Permission"),
    "validation reference": ("feast.saved_dataset", "ValidationReference"),
}


class CarriedObject:
    """The base of those classes: `_kind`, and `_to_json` and `_from_json` for the wire form."""

    _kind = ""
    created_timestamp: datetime | None = None
    last_updated_timestamp: datetime | None = None

    def _to_json(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def _from_json(cls, message: dict[str, Any]) -> CarriedObject:
        raise NotImplementedError

    def _carried(self) -> Any:
        return _feast.CarriedObject(self._kind, json.dumps(self._to_json()))

    def to_proto(self) -> Any:
        return self._carried().to_proto()

    @classmethod
    def from_proto(cls, proto: Any, skip_udf: bool = False) -> Any:
        return restore(_feast.CarriedObject.from_proto(cls._kind, proto))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._to_json() == other._to_json()

    def __hash__(self) -> int:
        return hash(self.name)

    def __lt__(self, other: Any) -> bool:
        return self.name < other.name

    def __str__(self) -> str:
        return self._carried().shown_json()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"


def restore(carried: Any) -> Any:
    """The Python object of what the registry has."""
    module, name = _CLASSES[carried.kind]
    message = json.loads(carried.json())
    made = getattr(importlib.import_module(module), name)._from_json(message)
    for attribute, key in (
        ("created_timestamp", "createdTimestamp"),
        ("last_updated_timestamp", "lastUpdatedTimestamp"),
    ):
        text = message.get("meta", {}).get(key)
        if text:
            setattr(made, attribute, _feast.parse_moment(text))
    return made
