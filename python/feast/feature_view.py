"""Features kept in one source."""

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


__all__ = ["FeatureView", "FeatureViewState"]
