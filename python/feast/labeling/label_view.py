"""Views of labels that people give, keyed by entities. They are declared, planned and kept in the registry; writing and reading labels
is not in this version."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from feast import _feast
from feast._carried import CarriedObject
from feast.labeling.conflict_policy import ConflictPolicy

__all__ = ["LabelView"]


class LabelView(CarriedObject):
    _kind = "label view"

    def __init__(
        self,
        *,
        name: str,
        source: Any = None,
        schema: list | None = None,
        entities: list | None = None,
        ttl: timedelta | None = timedelta(0),
        online: bool = True,
        description: str = "",
        tags: dict[str, str] | None = None,
        owner: str = "",
        labeler_field: str = "labeler",
        conflict_policy: ConflictPolicy = ConflictPolicy.LAST_WRITE_WINS,
        reference_feature_view: str | None = None,
    ):
        if not isinstance(name, str) or not name:
            raise TypeError("LabelView() needs the keyword argument 'name'.")
        if not isinstance(conflict_policy, ConflictPolicy):
            raise TypeError(f"The conflict_policy of label view '{name}' must be a ConflictPolicy.")
        self.name = name
        self.source = source
        self.ttl = ttl
        self.online = online
        self.description = description
        self.tags = dict(tags or {})
        self.owner = owner
        self.labeler_field = labeler_field
        self.conflict_policy = conflict_policy
        self.reference_feature_view = reference_feature_view or ""
        self.entities = [entity if isinstance(entity, str) else entity.name for entity in entities or []]
        keys = {entity.join_key: entity for entity in entities or [] if not isinstance(entity, str)}
        self.features = [field for field in schema or [] if field.name not in keys]
        declared = {field.name: field for field in schema or []}
        self.entity_columns = [declared.get(key) or _key_field(key, entity) for key, entity in keys.items()]

    @property
    def schema(self) -> list:
        return [*self.entity_columns, *self.features]

    @property
    def join_keys(self) -> list[str]:
        return [field.name for field in self.entity_columns]

    @property
    def batch_source(self) -> Any:
        return self.source.batch_source if isinstance(self.source, _feast.PushSource) else self.source

    @property
    def stream_source(self) -> Any:
        return self.source if isinstance(self.source, _feast.PushSource) else None

    @property
    def labeling_method(self) -> str:
        return self.tags.get("feast.io/labeling-method", "table")

    def _to_json(self) -> dict[str, Any]:
        spec = {
            "name": self.name,
            "entities": self.entities,
            "entityColumns": [_feast.field_json(field) for field in self.entity_columns],
            "features": [_feast.field_json(field) for field in self.features],
            "description": self.description,
            "tags": self.tags,
            "owner": self.owner,
            "online": self.online,
            "labelerField": self.labeler_field,
            "conflictPolicy": self.conflict_policy.to_proto(),
            "referenceFeatureView": self.reference_feature_view,
        }
        for key in ("entityColumns", "features"):
            spec[key] = [json.loads(text) for text in spec[key]]
        if self.ttl is not None:
            spec["ttl"] = f"{self.ttl.total_seconds():.6f}s"
        if self.source is not None:
            spec["source"] = json.loads(str(self.source))
        return {"spec": spec}

    @classmethod
    def _from_json(cls, message: dict[str, Any]) -> LabelView:
        spec = message["spec"]
        policy = spec.get("conflictPolicy", "LAST_WRITE_WINS")
        made = cls(
            name=spec["name"],
            source=_feast.source_from_json(json.dumps(spec["source"])) if "source" in spec else None,
            ttl=timedelta(seconds=float(spec["ttl"].rstrip("s"))) if "ttl" in spec else None,
            online=spec.get("online", False),
            description=spec.get("description", ""),
            tags=spec.get("tags"),
            owner=spec.get("owner", ""),
            labeler_field=spec.get("labelerField", "labeler"),
            conflict_policy=ConflictPolicy[policy],
            reference_feature_view=spec.get("referenceFeatureView"),
        )
        made.entities = list(spec.get("entities", []))
        made.features = [_feast.field_from_json(json.dumps(field)) for field in spec.get("features", [])]
        made.entity_columns = [_feast.field_from_json(json.dumps(field)) for field in spec.get("entityColumns", [])]
        return made


def _key_field(key: str, entity: Any) -> Any:
    from feast.types import String, from_value_type
    from feast.value_type import ValueType

    known = entity.value_type not in (None, ValueType.UNKNOWN)
    return _feast.Field(name=key, dtype=from_value_type(entity.value_type) if known else String)
