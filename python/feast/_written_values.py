"""Python objects in rows that are written: JSON, UUIDs and decimals, which are stored as text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

# Types that are stored as text, alone and in lists and sets.
_TEXTUAL = ("JSON", "UUID", "TIME_UUID", "DECIMAL")


def as_stored(rows: Any, types: Callable[[], dict[str, str]]) -> Any:
    """The same rows, a pandas frame or a dict of lists, with text where the features are stored as text. `types` is asked for the
    names of the features' value types when there are such objects at all; other rows are given back as they are."""
    if not isinstance(rows, dict) and not _is_frame(rows):
        return rows
    names = [name for name in rows if _has_objects(rows[name])]
    if not names:
        return rows
    known = types()
    changed = {name: _column(rows[name], known[name]) for name in names if known.get(name, "").startswith(_TEXTUAL)}
    if not changed:
        return rows
    return {**rows, **changed} if isinstance(rows, dict) else rows.assign(**changed)


def _is_frame(rows: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(rows, pandas.DataFrame)


def _has_objects(values: Any) -> bool:
    if hasattr(values, "dtype") and values.dtype != object or not hasattr(values, "__iter__"):
        return False
    return any(isinstance(value, (UUID, Decimal, dict, list, set)) for value in values)


def _column(values: Any, kind: str) -> list:
    element, _, suffix = kind.rpartition("_")
    if suffix not in ("LIST", "SET"):
        return [_text(value, kind) for value in values]
    return [[_text(item, element) for item in value] if isinstance(value, (list, set)) else value for value in values]


def _text(value: Any, kind: str) -> Any:
    if kind == "JSON":
        return value if isinstance(value, str) or value is None or value != value else json.dumps(value)
    return str(value) if isinstance(value, (UUID, Decimal)) else value
