"""Where a feature service's served features are logged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from feast._feast import LoggingConfig, LoggingDestination

__all__ = ["LoggingConfig", "LoggingDestination", "LoggingSource"]


class LoggingSource(ABC):
    """What gives logs their schema."""

    @abstractmethod
    def get_schema(self, registry: Any) -> Any:
        """An Arrow schema."""

    @abstractmethod
    def get_log_timestamp_column(self) -> str:
        """The column with the time of logging."""
