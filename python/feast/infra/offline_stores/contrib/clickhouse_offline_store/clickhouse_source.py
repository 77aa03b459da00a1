"""ClickHouse tables and queries as a source."""

from __future__ import annotations

import json
from typing import Any

from feast.errors import DataSourceNoNameException
from feast.infra.offline_stores.contrib._custom_source import CustomSource

__all__ = ["ClickhouseSource"]


class ClickhouseSource(CustomSource):
    _keys = {"name": "given_name", "query": "query", "table": "table"}

    def __init__(
        self,
        name: str | None = None,
        query: str | None = None,
        table: str | None = None,
        timestamp_field: str | None = "",
        created_timestamp_column: str | None = "",
        field_mapping: dict[str, str] | None = None,
        description: str | None = "",
        tags: dict[str, str] | None = None,
        owner: str | None = "",
    ):
        if name is None and table is None:
            raise DataSourceNoNameException()
        super().__init__(
            name=name or table,
            timestamp_field=timestamp_field,
            created_timestamp_column=created_timestamp_column,
            field_mapping=field_mapping,
            description=description or "",
            tags=tags,
            owner=owner or "",
        )
        self.given_name, self.query, self.table = name or "", query or "", table or ""

    @staticmethod
    def from_proto(data_source: Any) -> ClickhouseSource:
        options = json.loads(data_source.custom_options.configuration)
        return ClickhouseSource(
            query=options["query"],
            table=options["table"],
            timestamp_field=data_source.timestamp_field,
            **ClickhouseSource._common(data_source),
        )

    def get_table_query_string(self) -> str:
        return self.table or f"({self.query})"
