"""Sources of feature rows."""

from enum import Enum

from feast._feast import DataSource, KafkaSource, KinesisSource, PushSource, RequestSource

__all__ = ["DataSource", "KafkaSource", "KinesisSource", "PushMode", "PushSource", "RequestSource"]


class PushMode(Enum):
    """Where pushed rows go."""

    ONLINE = 1
    OFFLINE = 2
    ONLINE_AND_OFFLINE = 3
