"""Names that online stores written for Feast import from here."""

from __future__ import annotations

from typing import Any

from feast.importer import import_class
from feast.utils import to_naive_utc as _to_naive_utc

__all__ = ["_to_naive_utc", "get_online_store_from_config"]


def get_online_store_from_config(online_store_config: Any) -> Any:
    """An instance of the class a configuration names."""
    from feast._plugins import _BUILT_IN_ONLINE

    kind = online_store_config.type
    module, _, name = _BUILT_IN_ONLINE.get(kind, kind).rpartition(".")
    return import_class(module, name, "OnlineStore")()
