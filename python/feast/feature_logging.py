"""Where a feature service's served features are logged."""

from feast._feast import LoggingConfig, LoggingDestination

__all__ = ["LoggingConfig", "LoggingDestination"]
