"""Where a feature service's served features are logged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from feast._feast import LoggingConfig, LoggingDestination
from feast.errors import FeastNotImplementedError

__all__ = ["LoggingConfig", "LoggingDestination", "LoggingSource"]


def _destination(message: Any) -> LoggingDestination:
    kind = message.WhichOneof("destination")
    table = getattr(message, kind)
    if kind == "file_destination":
        from feast.infra.offline_stores.file_source import FileLoggingDestination

        return FileLoggingDestination(
            path=table.path, s3_endpoint_override=table.s3_endpoint_override, partition_by=list(table.partition_by)
        )
    if kind == "bigquery_destination":
        from feast.infra.offline_stores.bigquery_source import BigQueryLoggingDestination

        return BigQueryLoggingDestination(table_ref=table.table_ref)
    if kind == "redshift_destination":
        from feast.infra.offline_stores.redshift_source import RedshiftLoggingDestination

        return RedshiftLoggingDestination(table_name=table.table_name)
    if kind == "snowflake_destination":
        from feast.infra.offline_stores.snowflake_source import SnowflakeLoggingDestination

        return SnowflakeLoggingDestination(table_name=table.table_name)
    raise FeastNotImplementedError(
        f"Logging to a {kind} is not in this version; use a file, BigQuery, Redshift or Snowflake."
    )


def _from_proto(config_proto: Any) -> LoggingConfig | None:
    """The configuration in a LoggingConfig message; None when it has no destination."""
    if config_proto.WhichOneof("destination") is None:
        return None
    return LoggingConfig(_destination(config_proto), config_proto.sample_rate)


LoggingConfig.destination = property(lambda self: _destination(self.to_proto()), doc="Where features are logged to.")
LoggingConfig.from_proto = staticmethod(_from_proto)


class LoggingSource(ABC):
    """What gives logs their schema."""

    @abstractmethod
    def get_schema(self, registry: Any) -> Any:
        """An Arrow schema."""

    @abstractmethod
    def get_log_timestamp_column(self) -> str:
        """The column with the time of logging."""
