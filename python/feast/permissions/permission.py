"""Who may do what with which objects. Permissions are declared, planned and kept in the registry; enforcing them is the servers' work,
which is not in this version."""

from __future__ import annotations

import re
from typing import Any

from feast._carried import CarriedObject
from feast.permissions.action import ALL_ACTIONS, AuthzedAction
from feast.permissions.policy import AllowAll, Policy, from_json

__all__ = ["Permission"]


def _wire_name(kind: type) -> str:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", kind.__name__).upper()


def _as_list(value: Any) -> list:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


class Permission(CarriedObject):
    _kind = "permission"

    def __init__(
        self,
        name: str,
        types: Any = None,
        name_patterns: Any = None,
        actions: Any = ALL_ACTIONS,
        policy: Policy = AllowAll,
        tags: dict[str, str] | None = None,
        required_tags: dict[str, str] | None = None,
    ):
        from feast.feast_object import ALL_RESOURCE_TYPES

        self.name = name
        self.types = _as_list(types) or list(ALL_RESOURCE_TYPES)
        for kind in self.types:
            if kind not in ALL_RESOURCE_TYPES:
                raise ValueError(f"{kind} is not one of the managed types")
        self.actions = _as_list(actions)
        if not self.actions:
            raise ValueError("The list 'actions' must be non-empty.")
        if policy is None:
            raise ValueError("The list 'policy' must be non-empty.")
        self.policy = policy
        self.name_patterns = _as_list(name_patterns)
        self.tags = dict(tags or {})
        self.required_tags = dict(required_tags or {})

    def _to_json(self) -> dict[str, Any]:
        spec = {
            "name": self.name,
            "types": [_wire_name(kind) for kind in self.types],
            "namePatterns": self.name_patterns,
            "requiredTags": self.required_tags,
            "actions": [action.name for action in self.actions],
            "policy": self.policy._to_json(),
            "tags": self.tags,
        }
        return {"spec": spec}

    @classmethod
    def _from_json(cls, message: dict[str, Any]) -> Permission:
        from feast.feast_object import ALL_RESOURCE_TYPES

        kinds = {_wire_name(kind): kind for kind in ALL_RESOURCE_TYPES}
        spec = message["spec"]
        return cls(
            spec["name"],
            [kinds[name] for name in spec.get("types", [])],
            spec.get("namePatterns"),
            [AuthzedAction[name] for name in spec.get("actions", [])] or ALL_ACTIONS,
            from_json(spec.get("policy", {})),
            spec.get("tags"),
            spec.get("requiredTags"),
        )
