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
