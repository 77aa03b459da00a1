"""Sources whose stores are not in this version: declared, registered and listed as Feast does, read by Feast."""

from __future__ import annotations

import json
from typing import Any

from feast.data_source import DataSource

__all__ = ["CustomSource"]


class CustomSource(DataSource):
    """A source whose options are a JSON object in the registry. `_keys` names them: {key in JSON: attribute}."""

    _keys: dict[str, str] = {}

    def _configuration(self) -> bytes:
        return json.dumps({key: getattr(self, attribute) for key, attribute in self._keys.items()}).encode()

    def to_proto(self) -> Any:
        from feast._messages import load

        message = load("feast.protos.feast.core.DataSource_pb2").DataSource
        return message(
            name=self.name,
            type=message.CUSTOM_SOURCE,
            data_source_class_type=f"{type(self).__module__}.{type(self).__name__}",
            field_mapping=self.field_mapping,
            custom_options=message.CustomSourceOptions(configuration=self._configuration()),
            timestamp_field=self.timestamp_field or "",
            created_timestamp_column=self.created_timestamp_column or "",
            date_partition_column=self.date_partition_column or "",
            description=self.description,
            tags=self.tags,
            owner=self.owner,
        )

    @classmethod
    def _common(cls, data_source: Any) -> dict[str, Any]:
        return {
            "name": data_source.name,
            "field_mapping": dict(data_source.field_mapping),
            "created_timestamp_column": data_source.created_timestamp_column,
            "description": data_source.description,
            "tags": dict(data_source.tags),
            "owner": data_source.owner,
        }

    def validate(self, config: Any) -> None:
        """Nothing is looked at: the store is not in this version."""

    def get_table_column_names_and_types(self, config: Any):
        raise NotImplementedError(f"The columns of a {type(self).__name__} are taken as declared.")
