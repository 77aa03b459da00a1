"""Differences in infrastructure, under Feast's names."""

from __future__ import annotations

from dataclasses import dataclass

from feast.diff.registry_diff import TransitionType


@dataclass
class InfraObjectDiff:
    name: str
    infra_object_type: str
    transition_type: TransitionType


class InfraDiff:
    """The infrastructure of a plan."""

    def __init__(self, plan):
        self._plan = plan
        self.infra_object_diffs = [
            InfraObjectDiff(change.name, change.type, TransitionType[change.action]) for change in plan.infra_changes
        ]

    def to_string(self) -> str:
        return self._plan.infra_text() or "No changes to infrastructure"

    __str__ = to_string
