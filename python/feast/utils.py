"""Small functions that programs written for Feast import from here: times in UTC and tags."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any


def _utc_now() -> datetime:
    return datetime.now(tz=timezone.utc)


def make_tzaware(t: datetime) -> datetime:
    """The same moment with a time zone; naive datetimes are UTC."""
    return t if t.tzinfo is not None else t.replace(tzinfo=timezone.utc)


def make_df_tzaware(t: Any) -> Any:
    """The same DataFrame; its columns of naive times are in UTC."""
    frame = t.copy()
    for name in frame.columns:
        if frame[name].dtype.kind == "M" and getattr(frame[name].dtype, "tz", None) is None:
            frame[name] = frame[name].dt.tz_localize("UTC")
    return frame


def to_naive_utc(ts: datetime) -> datetime:
    return ts if ts.tzinfo is None else ts.astimezone(timezone.utc).replace(tzinfo=None)


def has_all_tags(object_tags: dict[str, str], requested_tags: dict[str, str] | None = None) -> bool:
    return all(object_tags.get(key) == value for key, value in (requested_tags or {}).items())


def tags_str_to_dict(tags: str = "") -> dict[str, str]:
    """`a:b, c:d` as a dict; what has no colon is left out."""
    pairs = tags.strip("() ").replace("'", "").replace('"', "").split(",")
    return {key.strip(): value.strip() for key, colon, value in (pair.partition(":") for pair in pairs) if colon}


def tags_list_to_dict(tags_list: list[str] | None = None) -> dict[str, str] | None:
    if not tags_list:
        return None
    return {key: value for text in tags_list for key, value in tags_str_to_dict(text).items()}


def maybe_local_tz(t: datetime) -> datetime:
    """The same moment with a time zone; naive datetimes are of this machine's zone."""
    return t if t.tzinfo is not None else t.astimezone()


def get_user_agent() -> str:
    from feast.version import get_version

    return f"feast-dev/feast/{get_version()}"


def get_default_yaml_file_path(repo_path: Any) -> Any:
    """The configuration of a repo: what FEAST_FS_YAML_FILE_PATH names, or `feature_store.yaml` in its folder."""
    import os
    from pathlib import Path

    from feast.constants import FEAST_FS_YAML_FILE_PATH_ENV_NAME

    named = os.environ.get(FEAST_FS_YAML_FILE_PATH_ENV_NAME)
    return Path(named) if named else Path(repo_path) / "feature_store.yaml"


def _coerce_datetime(ts: Any) -> Any:
    """A pandas Timestamp as a plain datetime; anything else as it is."""
    return ts.to_pydatetime() if hasattr(ts, "to_pydatetime") else ts


def _run_pyarrow_field_mapping(table: Any, field_mapping: dict[str, str]) -> Any:
    """The table with the columns under the names of the features."""
    return table.rename_columns([field_mapping.get(name, name) for name in table.column_names])


def _get_column_names(feature_view: Any, entities: list) -> tuple[list[str], list[str], str, str | None]:
    """The names in the source's table: (join keys, features, event time, created time)."""
    from feast.feature_view import DUMMY_ENTITY_ID

    source = feature_view.batch_source
    in_table = {feature: column for column, feature in (source.field_mapping or {}).items()}

    def column(name: str) -> str:
        return in_table.get(name, name)

    keys = [column(entity.join_key) for entity in entities if entity.join_key != DUMMY_ENTITY_ID]
    event, created = column(source.timestamp_field), source.created_timestamp_column
    created = column(created) if created else created
    taken = {*keys, event, created}
    features = [column(feature.name) for feature in feature_view.features]
    return keys, [name for name in features if name not in taken], event, created


def _validate_feature_refs(feature_refs: list[str], full_feature_names: bool = False) -> None:
    """FeatureNameCollisionError when two of the references ("view:feature") give one column."""
    from collections import Counter

    from feast.errors import FeatureNameCollisionError

    columns = [ref if full_feature_names else ref.partition(":")[2] for ref in feature_refs]
    counts = Counter(columns)
    if full_feature_names:
        collided = [ref for ref, count in counts.items() if count > 1]
    else:
        twice = [name for name, count in counts.items() if count > 1]
        collided = [ref for name in twice for ref, column in zip(feature_refs, columns) if column == name]
    if collided:
        raise FeatureNameCollisionError(collided, full_feature_names)
