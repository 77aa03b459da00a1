"""SQL Server tables as a source."""

from __future__ import annotations

import json
from typing import Any

from feast.infra.offline_stores.contrib._custom_source import CustomSource

__all__ = ["MsSqlServerSource"]


class MsSqlServerSource(CustomSource):
    _keys = {"table_ref": "table_ref", "connection_string": "connection_str"}

    def __init__(
        self,
        table_ref: str | None = None,
        event_timestamp_column: str | None = None,
        created_timestamp_column: str | None = "",
        field_mapping: dict[str, str] | None = None,
        date_partition_column: str | None = "",
        connection_str: str | None = "",
        description: str | None = None,
        tags: dict[str, str] | None = None,
        owner: str | None = None,
        name: str | None = None,
    ):
        super().__init__(
            name=name or table_ref or "",
            timestamp_field=event_timestamp_column,
            created_timestamp_column=created_timestamp_column,
            field_mapping=field_mapping,
            date_partition_column=date_partition_column,
            description=description or "",
            tags=tags,
            owner=owner or "",
        )
        self.table_ref = table_ref
        self.connection_str = connection_str

    @staticmethod
    def from_proto(data_source: Any) -> MsSqlServerSource:
        options = json.loads(data_source.custom_options.configuration)
        return MsSqlServerSource(
            table_ref=options["table_ref"],
            connection_str=options["connection_string"],
            event_timestamp_column=data_source.timestamp_field,
            date_partition_column=data_source.date_partition_column,
            **MsSqlServerSource._common(data_source),
        )

    def get_table_query_string(self) -> str:
        return f"`{self.table_ref}`"
