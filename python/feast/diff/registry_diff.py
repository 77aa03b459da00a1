"""Differences between a feature repo and its registry, under Feast's names."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


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
    current_feast_object: Any = None
    new_feast_object: Any = None


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


def tag_objects_for_keep_delete_update_add(existing_objs, desired_objs) -> tuple[set, set, set, set]:
    """By name, as (to keep, to delete, to update, to add); what is kept is the existing object of one that is updated."""
    existing = [each for each in existing_objs if each.name]
    desired = [each for each in desired_objs if each.name]
    existing_names = {each.name for each in existing}
    desired_names = {each.name for each in desired}
    return (
        {each for each in existing if each.name in desired_names},
        {each for each in existing if each.name not in desired_names},
        {each for each in desired if each.name in existing_names},
        {each for each in desired if each.name not in existing_names},
    )


# Pickles of one function differ from run to run; its text says whether it changed.
_FUNCTION_FIELDS = ("name", "body_text")


def _property_diffs(current: Any, new: Any):
    for one in current.DESCRIPTOR.fields:
        before, after = getattr(current, one.name), getattr(new, one.name)
        if one.name == "project" or before == after:
            continue
        if one.name not in ("feature_transformation", "user_defined_function"):
            yield PropertyDiff(one.name, before, after)
            continue
        before = getattr(before, "user_defined_function", before)
        after = getattr(after, "user_defined_function", after)
        for part in _FUNCTION_FIELDS:
            if getattr(before, part) != getattr(after, part):
                yield PropertyDiff(f"{one.name}.{part}", getattr(before, part), getattr(after, part))


def diff_registry_objects(current: Any, new: Any, object_type: Any) -> FeastObjectDiff:
    """How a definition differs from the registered one, field by field; either may be None."""
    if current is None or new is None:
        kind = TransitionType.CREATE if current is None else TransitionType.DELETE
        return FeastObjectDiff((new or current).name, object_type, kind, [], current, new)
    diffs = list(_property_diffs(current.to_proto().spec, new.to_proto().spec))
    kind = TransitionType.UPDATE if diffs else TransitionType.UNCHANGED
    return FeastObjectDiff(new.name, object_type, kind, diffs, current, new)
