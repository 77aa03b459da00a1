"""Differences between a feature repo and its registry, under Feast's names."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class TransitionType(Enum):
    UNKNOWN = 0
    CREATE = 1
    DELETE = 2
    UPDATE = 3
    UNCHANGED = 4


@dataclass
class PropertyDiff:
    property_name: str
    val_existing: str
    val_declared: str


@dataclass
class FeastObjectDiff:
    name: str
    feast_object_type: str
    transition_type: TransitionType
    feast_object_property_diffs: list[PropertyDiff] = field(default_factory=list)


class RegistryDiff:
    """The objects of a plan."""

    def __init__(self, plan):
        self._plan = plan
        self.feast_object_diffs = [
            FeastObjectDiff(
                change.name,
                change.kind,
                TransitionType[change.action],
                [PropertyDiff(field.path, field.before, field.after) for field in change.fields],
            )
            for change in plan.changes
        ]

    def to_string(self) -> str:
        return self._plan.objects_text() or "No changes to registry"

    __str__ = to_string
