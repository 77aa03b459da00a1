"""Features kept in one source."""

from __future__ import annotations

from typing import Any

from feast._feast import Entity, FeatureView, FeatureViewState, Field, ValueType
from feast.types import String

# The entity of views without entities.
DUMMY_ENTITY_ID = "__dummy_id"
DUMMY_ENTITY_NAME = "__dummy"
DUMMY_ENTITY_VAL = ""


def __getattr__(name):
    # Made on use: an entity without a type warns.
    if name == "DUMMY_ENTITY":
        return Entity(name=DUMMY_ENTITY_NAME, join_keys=[DUMMY_ENTITY_ID], value_type=ValueType.UNKNOWN)
    if name == "DUMMY_ENTITY_FIELD":
        return Field(name=DUMMY_ENTITY_ID, dtype=String)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _update_materialization_intervals(self: FeatureView, existing_materialization_intervals: list) -> None:
    """Takes over what was materialized before, when the view knows of nothing."""
    if not self.materialization_intervals:
        self.materialization_intervals = list(existing_materialization_intervals)


def _to_proto_spec(self: FeatureView, seen: dict | None = None) -> Any:
    """What the view's message says about its definition."""
    return self.to_proto().spec


def _to_proto_meta(self: FeatureView) -> Any:
    """What the view's message says about its history."""
    return self.to_proto().meta


def _get_ttl_duration(self: FeatureView) -> Any:
    """The TTL as a Duration message; None without one."""
    from google.protobuf.duration_pb2 import Duration

    if self.ttl is None:
        return None
    duration = Duration()
    duration.FromTimedelta(self.ttl)
    return duration


for _function in (_update_materialization_intervals, _to_proto_spec, _to_proto_meta, _get_ttl_duration):
    setattr(FeatureView, _function.__name__.removeprefix("_"), _function)

__all__ = ["FeatureView", "FeatureViewState"]
