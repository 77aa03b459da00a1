"""What Ray can read as a source."""

from __future__ import annotations

import json
from typing import Any

from feast.infra.offline_stores.contrib._custom_source import CustomSource

__all__ = ["RaySource", "SUPPORTED_READER_TYPES"]

SUPPORTED_READER_TYPES = (
    "parquet",
    "csv",
    "json",
    "text",
    "images",
    "binary_files",
    "tfrecords",
    "webdataset",
    "huggingface",
    "mongo",
    "sql",
)


class RaySource(CustomSource):
    _keys = {"reader_type": "reader_type", "path": "path", "reader_options": "reader_options"}

    def __init__(
        self,
        *,
        name: str,
        reader_type: str,
        path: str | None = None,
        reader_options: dict[str, Any] | None = None,
        created_timestamp_column: str | None = None,
        field_mapping: dict[str, str] | None = None,
        description: str | None = "",
        tags: dict[str, str] | None = None,
        owner: str | None = "",
        timestamp_field: str | None = None,
    ):
        if reader_type not in SUPPORTED_READER_TYPES:
            raise ValueError(f"reader_type is one of {', '.join(SUPPORTED_READER_TYPES)}, not '{reader_type}'.")
        super().__init__(
            name=name,
            timestamp_field=timestamp_field,
            created_timestamp_column=created_timestamp_column,
            field_mapping=field_mapping,
            description=description or "",
            tags=tags,
            owner=owner or "",
        )
        self.reader_type, self.path, self.reader_options = reader_type, path or "", reader_options or {}

    @staticmethod
    def from_proto(data_source: Any) -> RaySource:
        options = json.loads(data_source.custom_options.configuration)
        return RaySource(
            reader_type=options["reader_type"],
            path=options.get("path"),
            reader_options=options.get("reader_options"),
            timestamp_field=data_source.timestamp_field,
            **RaySource._common(data_source),
        )

    def get_table_query_string(self) -> str:
        return f"RaySource(reader_type={self.reader_type!r}, path={self.path!r})"
