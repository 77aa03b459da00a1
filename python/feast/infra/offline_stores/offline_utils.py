"""What offline stores written for Feast compute requests with."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from feast.errors import EntityTimestampInferenceException, FeastEntityDFMissingColumnsError
from feast.importer import import_class

__all__ = [
    "DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL",
    "FeatureViewQueryContext",
    "assert_expected_columns_in_entity_df",
    "build_point_in_time_query",
    "get_entity_df_timestamp_bounds",
    "get_expected_join_keys",
    "get_feature_view_query_context",
    "get_offline_store_from_config",
    "get_temp_entity_table_name",
    "infer_event_timestamp_from_entity_df",
]

DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL = "event_timestamp"


def get_offline_store_from_config(offline_store_config: Any) -> Any:
    """An instance of the class a configuration names."""
    from feast._plugins import _BUILT_IN_OFFLINE

    kind = offline_store_config.type
    module, _, name = _BUILT_IN_OFFLINE.get(kind, kind).rpartition(".")
    return import_class(module, name, "OfflineStore")()


def infer_event_timestamp_from_entity_df(entity_schema: dict[str, Any]) -> str:
    """The column with the time of each row: `event_timestamp`, or the only one of a datetime type."""
    if DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL in entity_schema:
        return DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL
    times = [name for name, kind in entity_schema.items() if str(kind).startswith("datetime")]
    if len(times) != 1:
        raise EntityTimestampInferenceException(DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL)
    print(f"Using {times[0]} as the event timestamp. To specify a column explicitly, please name it event_timestamp.")
    return times[0]


def assert_expected_columns_in_entity_df(
    entity_schema: dict[str, Any], join_keys: set[str], entity_df_event_timestamp_col: str
) -> None:
    expected = {*join_keys, entity_df_event_timestamp_col}
    missing = expected - set(entity_schema)
    if missing:
        raise FeastEntityDFMissingColumnsError(expected, missing)


def get_expected_join_keys(project: str, feature_views: list, registry: Any) -> set[str]:
    """The columns that entity rows need for these views."""
    return {
        view.projection.join_key_map.get(column.name, column.name)
        for view in feature_views
        for column in view.entity_columns
        if column.name != "__dummy_id"
    }


def get_entity_df_timestamp_bounds(entity_df: Any, event_timestamp_col: str) -> tuple[Any, Any]:
    times = entity_df[event_timestamp_col]
    return times.min(), times.max()


def get_temp_entity_table_name() -> str:
    return "feast_entity_df_" + uuid.uuid4().hex


@dataclass(frozen=True)
class FeatureViewQueryContext:
    """What a query template needs to know of one view."""

    name: str
    ttl: int
    entities: list[str]
    features: list[str]
    field_mapping: dict[str, str]
    timestamp_field: str
    created_timestamp_column: str | None
    table_subquery: str
    entity_selections: list[str]
    min_event_timestamp: str | None
    max_event_timestamp: str
    date_partition_column: str | None
    timestamp_field_type: str | None = None


def _text(moment: Any) -> str:
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() if moment.tzinfo else moment.isoformat()


def get_feature_view_query_context(
    feature_refs: list[str],
    feature_views: list,
    registry: Any,
    project: str,
    entity_df_timestamp_range: tuple[datetime, datetime],
) -> list[FeatureViewQueryContext]:
    """One context for each view of which features are asked for, inputs of on-demand views included."""
    wanted = _features_by_view(feature_refs, feature_views, registry, project)
    contexts = []
    for view in feature_views:
        features = wanted.get(view.projection.name_to_use(), [])
        if not features:
            continue
        source = view.batch_source
        back = {feature: column for column, feature in source.field_mapping.items()}
        keys = [column.name for column in view.entity_columns if column.name != "__dummy_id"]
        renamed = {key: view.projection.join_key_map.get(key, key) for key in keys}
        start = None
        if view.ttl:
            start = _text(entity_df_timestamp_range[0] - view.ttl)
        created = back.get(source.created_timestamp_column, source.created_timestamp_column)
        contexts.append(
            FeatureViewQueryContext(
                name=view.projection.name_to_use(),
                ttl=int((view.ttl or timedelta()).total_seconds()),
                entities=list(renamed.values()),
                features=[back.get(feature, feature) for feature in features],
                field_mapping=dict(source.field_mapping),
                timestamp_field=back.get(source.timestamp_field, source.timestamp_field),
                created_timestamp_column=created or None,
                table_subquery=source.get_table_query_string(),
                entity_selections=[f"{back.get(key, key)} AS {entity}" for key, entity in renamed.items()],
                min_event_timestamp=start,
                max_event_timestamp=_text(entity_df_timestamp_range[1]),
                date_partition_column=back.get(source.date_partition_column, source.date_partition_column) or None,
                timestamp_field_type=source.timestamp_field_type or None,
            )
        )
    return contexts


def _features_by_view(feature_refs: list[str], feature_views: list, registry: Any, project: str) -> dict:
    wanted: dict[str, list[str]] = {view.projection.name_to_use(): [] for view in feature_views}
    on_demand = set()
    for reference in feature_refs:
        name, _, feature = reference.partition(":")
        if name not in wanted:
            on_demand.add(name)
        elif feature not in wanted[name]:
            wanted[name].append(feature)
    for name in sorted(on_demand):
        view = registry.get_on_demand_feature_view(name, project, allow_cache=True)
        for projection in view.source_feature_view_projections.values():
            features = wanted.setdefault(projection.name_to_use(), [])
            features.extend(field.name for field in projection.features if field.name not in features)
    return wanted


def build_point_in_time_query(
    feature_view_query_contexts: list[FeatureViewQueryContext],
    left_table_query_string: str,
    entity_df_event_timestamp_col: str,
    entity_df_columns: Any,
    query_template: str,
    full_feature_names: bool = False,
    **more: Any,
) -> str:
    """A Jinja template filled in as Feast's stores fill theirs in."""
    try:
        from jinja2 import BaseLoader, Environment
    except ImportError as error:
        raise ImportError("Query templates need Jinja: pip install jinja2", name=error.name) from error
    outputs = list(entity_df_columns)
    for context in feature_view_query_contexts:
        for feature in context.features:
            name = context.field_mapping.get(feature, feature)
            outputs.append(f"{context.name}__{name}" if full_feature_names else name)
    return (
        Environment(loader=BaseLoader())
        .from_string(query_template)
        .render(
            left_table_query_string=left_table_query_string,
            entity_df_event_timestamp_col=entity_df_event_timestamp_col,
            unique_entity_keys={key for context in feature_view_query_contexts for key in context.entities},
            featureviews=[asdict(context) for context in feature_view_query_contexts],
            full_feature_names=full_feature_names,
            final_output_feature_names=outputs,
            **more,
        )
    )
