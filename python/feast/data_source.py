"""Sources of feature rows."""

from enum import Enum

import feast.data_format  # noqa: F401  (gives formats their messages)
from feast._feast import DataSource, KafkaSource, KinesisSource, PushSource, RequestSource

__all__ = ["DataSource", "KafkaSource", "KinesisSource", "PushMode", "PushSource", "RequestSource"]


class PushMode(Enum):
    """Where pushed rows go."""

    ONLINE = 1
    OFFLINE = 2
    ONLINE_AND_OFFLINE = 3


def _no_query(self: DataSource) -> str:
    """What SQL reads a table by; sources that are no tables have none."""
    raise NotImplementedError(f"A {type(self).__name__} is no table that SQL can read.")


if "get_table_query_string" not in vars(DataSource):
    DataSource.get_table_query_string = _no_query
