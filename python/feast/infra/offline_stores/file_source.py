"""Files as a source."""

from feast._feast import FileLoggingDestination, FileSource, SavedDatasetFileStorage

__all__ = ["FileLoggingDestination", "FileSource", "SavedDatasetFileStorage"]
