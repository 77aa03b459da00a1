"""Files as a source."""

from __future__ import annotations

from typing import Any

import feast.data_source  # noqa: F401  (gives sources and their formats their methods)
from feast._feast import FileLoggingDestination, FileSource, SavedDatasetFileStorage

__all__ = ["FileLoggingDestination", "FileOptions", "FileSource", "SavedDatasetFileStorage"]


class FileOptions:
    """A file source's place and format, as its message has them."""

    def __init__(self, uri: str, file_format: Any = None, s3_endpoint_override: str | None = None):
        self.uri = uri
        self.file_format = file_format
        self.s3_endpoint_override = s3_endpoint_override or ""

    def to_proto(self) -> Any:
        from feast._messages import load

        return load("feast.protos.feast.core.DataSource_pb2").DataSource.FileOptions(
            uri=self.uri,
            file_format=self.file_format.to_proto() if self.file_format is not None else None,
            s3_endpoint_override=self.s3_endpoint_override,
        )

    @classmethod
    def from_proto(cls, file_options_proto: Any) -> FileOptions:
        from feast.data_format import FileFormat

        return cls(
            uri=file_options_proto.uri,
            file_format=FileFormat.from_proto(file_options_proto.file_format),
            s3_endpoint_override=file_options_proto.s3_endpoint_override,
        )


def _file_options(self: FileSource) -> FileOptions:
    """A copy of where the file is and of what format."""
    return FileOptions(self.path, self.file_format, self.s3_endpoint_override)


FileSource.file_options = property(_file_options)
