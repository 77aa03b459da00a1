"""Schemas that definitions leave out, taken from their sources. `apply` does this itself; these functions do it to objects in hand."""

from __future__ import annotations

import re
from typing import Any

from feast.errors import RegistryInferenceFailure
from feast.feature_view import DUMMY_ENTITY_FIELD, DUMMY_ENTITY_ID, DUMMY_ENTITY_NAME
from feast.field import Field
from feast.types import from_value_type
from feast.value_type import ValueType

__all__ = [
    "update_data_sources_with_inferred_event_timestamp_col",
    "update_feature_views_with_inferred_features_and_entities",
]

_TIMESTAMP = re.compile(r"timestamp|datetime", re.IGNORECASE)


def update_data_sources_with_inferred_event_timestamp_col(data_sources: list, config: Any) -> None:
    """Gives each source without `timestamp_field` its only column of times; RegistryInferenceFailure when there is not just one."""
    for source in data_sources:
        source = getattr(source, "batch_source", None) or source
        if getattr(source, "timestamp_field", None) != "":
            continue
        columns = source.get_table_column_names_and_types(config)
        times = [name for name, kind in columns if _TIMESTAMP.match(str(kind))]
        if len(times) != 1:
            found = ", ".join(times) if times else "none"
            raise RegistryInferenceFailure(
                "DataSource",
                f"Source '{source.name}' needs timestamp_field=..., for it does not have just one column of times: {found}",
            )
        source.timestamp_field = times[0]


def update_feature_views_with_inferred_features_and_entities(
    provider: Any, fvs: list, entities: list, config: Any
) -> None:
    """Moves join keys from the features of each view to its entity columns and adds, from the source, what was not declared."""
    by_name = {entity.name: entity for entity in entities}
    for view in fvs:
        names = list(view.entities)
        if not names or names == [DUMMY_ENTITY_NAME]:
            if not view.entity_columns:
                view.entity_columns = [DUMMY_ENTITY_FIELD]
            keys: dict[str, Any] = {}
        else:
            keys = {by_name[name].join_key: by_name[name] for name in names}
            _move_keys(view, keys)
        present = {column.name for column in view.entity_columns}
        if not view.features or any(key not in present for key in keys):
            _add_from_source(view, keys, config)
        if not view.features:
            raise RegistryInferenceFailure(
                "FeatureView", f"View '{view.name}' has no features, and its source has none"
            )


def _move_keys(view: Any, keys: dict[str, Any]) -> None:
    columns = list(view.entity_columns) + [field for field in view.features if field.name in keys]
    present = {column.name for column in columns}
    for key, entity in keys.items():
        if key not in present and entity.value_type != ValueType.UNKNOWN:
            columns.append(Field(name=key, dtype=from_value_type(entity.value_type)))
    view.entity_columns = columns
    view.features = [field for field in view.features if field.name not in keys]


def _add_from_source(view: Any, keys: dict[str, Any], config: Any) -> None:
    source = view.batch_source
    mapping = source.field_mapping or {}
    to_type = source.source_datatype_to_feast_value_type()
    left_out = {source.timestamp_field, source.created_timestamp_column, DUMMY_ENTITY_ID}
    present = {column.name for column in view.entity_columns}
    columns, features, infers = list(view.entity_columns), list(view.features), not view.features
    for column, kind in source.get_table_column_names_and_types(config):
        name = mapping.get(column, column)
        if name in keys and name not in present:
            columns.append(Field(name=name, dtype=from_value_type(to_type(kind))))
        elif infers and name not in keys and column not in left_out and name not in left_out:
            # Feast takes names with two underscores at either end for internal.
            if not (column.startswith("__") or column.endswith("__")):
                features.append(Field(name=name, dtype=from_value_type(to_type(kind))))
    view.entity_columns, view.features = columns, features
