"""Differences in infrastructure, under Feast's names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from feast.diff.registry_diff import PropertyDiff, TransitionType
from feast.infra.infra_object import (
    DATASTORE_INFRA_OBJECT_CLASS_TYPE,
    SQLITE_INFRA_OBJECT_CLASS_TYPE,
)

# The kinds of things that Feast compares, with the field of the message that holds each.
_KINDS = {
    DATASTORE_INFRA_OBJECT_CLASS_TYPE: ("datastore table", "datastore_table"),
    SQLITE_INFRA_OBJECT_CLASS_TYPE: ("sqlite table", "sqlite_table"),
}


@dataclass
class InfraObjectDiff:
    name: str
    infra_object_type: str
    current_infra_object: Any = None
    new_infra_object: Any = None
    infra_object_property_diffs: list[PropertyDiff] = field(default_factory=list)
    transition_type: TransitionType = TransitionType.UNKNOWN


class InfraDiff:
    """The infrastructure of a plan."""

    def __init__(self, plan: Any = None):
        self._plan = plan
        changes = () if plan is None else plan.infra_changes
        self.infra_object_diffs = [
            InfraObjectDiff(change.name, change.type, transition_type=TransitionType[change.action])
            for change in changes
        ]

    def to_string(self) -> str:
        if self._plan is not None:
            text = self._plan.infra_text()
        else:
            words = {
                TransitionType.CREATE: "Created",
                TransitionType.DELETE: "Deleted",
                TransitionType.UPDATE: "Updated",
            }
            changed = [diff for diff in self.infra_object_diffs if diff.transition_type in words]
            text = "\n".join(f"{words[diff.transition_type]} {diff.infra_object_type} {diff.name}" for diff in changed)
        return text or "No changes to infrastructure"

    __str__ = to_string


def tag_infra_proto_objects_for_keep_delete_add(
    existing_objs: Iterable[Any], desired_objs: Iterable[Any]
) -> tuple[list[Any], list[Any], list[Any]]:
    """Messages by name: (those to keep, as desired; those to delete; those to add)."""
    existing, desired = list(existing_objs), list(desired_objs)
    known, wanted = {each.name for each in existing}, {each.name for each in desired}
    return (
        [each for each in desired if each.name in known],
        [each for each in existing if each.name not in wanted],
        [each for each in desired if each.name not in known],
    )


def diff_between(current: Any, new: Any, infra_object_type: str) -> InfraObjectDiff:
    """Two messages of one kind, field by field; whose project they are does not count."""
    names = [each.name for each in current.DESCRIPTOR.fields if each.name != "project"]
    fields = [
        PropertyDiff(name, getattr(current, name), getattr(new, name))
        for name in names
        if getattr(current, name) != getattr(new, name)
    ]
    transition = TransitionType.UPDATE if fields else TransitionType.UNCHANGED
    return InfraObjectDiff(new.name, infra_object_type, current, new, fields, transition)


def diff_infra_protos(current_infra_proto: Any, new_infra_proto: Any, project: str | None = None) -> InfraDiff:
    """What has to be made, changed and removed to come from one feast.core.Infra message to the other; with a project, of its
    tables only."""
    diff = InfraDiff()
    for class_type, (kind, message_field) in _KINDS.items():
        current, new = (
            [
                getattr(each, message_field)
                for each in infra.infra_objects
                if each.infra_object_class_type == class_type
                and (not project or getattr(each, message_field).name.startswith(f"{project}_"))
            ]
            for infra in (current_infra_proto, new_infra_proto)
        )
        before = {each.name: each for each in current}
        keep, delete, add = tag_infra_proto_objects_for_keep_delete_add(current, new)
        diff.infra_object_diffs += [
            *(InfraObjectDiff(each.name, kind, None, each, [], TransitionType.CREATE) for each in add),
            *(InfraObjectDiff(each.name, kind, each, None, [], TransitionType.DELETE) for each in delete),
            *(diff_between(before[each.name], each, kind) for each in keep),
        ]
    return diff
