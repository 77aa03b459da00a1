"""How files and messages are encoded."""

from __future__ import annotations

from typing import Any

from feast._feast import (
    AvroFormat,
    CsvFormat,
    DeltaFormat,
    FileFormat,
    JsonFormat,
    ParquetFormat,
    ProtoFormat,
    StreamFormat,
)

__all__ = [
    "AvroFormat",
    "CsvFormat",
    "DeltaFormat",
    "FileFormat",
    "JsonFormat",
    "ParquetFormat",
    "ProtoFormat",
    "StreamFormat",
]


def _file_format_to_proto(self: FileFormat) -> Any:
    """The FileFormat message, as a source that has the format writes it."""
    from feast.infra.offline_stores.file_source import FileSource

    return FileSource(path="data", file_format=self).to_proto().file_options.file_format


def _file_format_from_proto(proto: Any) -> FileFormat | None:
    """The format in a FileFormat message; None for none."""
    from feast._feast import FileSource
    from feast._messages import load

    message = load("feast.protos.feast.core.DataSource_pb2").DataSource
    source = message(name="data", type=message.BATCH_FILE, file_options={"uri": "data", "file_format": proto})
    return FileSource.from_proto(source).file_format


def _stream_format_to_proto(self: StreamFormat) -> Any:
    """The StreamFormat message of the format."""
    from feast._messages import load

    formats = load("feast.protos.feast.core.DataFormat_pb2").StreamFormat
    if isinstance(self, AvroFormat):
        return formats(avro_format=formats.AvroFormat(schema_json=self.schema_json))
    if isinstance(self, JsonFormat):
        return formats(json_format=formats.JsonFormat(schema_json=self.schema_json))
    return formats(proto_format=formats.ProtoFormat(class_path=self.class_path))


def _stream_format_from_proto(proto: Any) -> StreamFormat | None:
    """The format in a StreamFormat message; None for none."""
    kind = proto.WhichOneof("format")
    if kind == "avro_format":
        return AvroFormat(schema_json=proto.avro_format.schema_json)
    if kind == "json_format":
        return JsonFormat(schema_json=proto.json_format.schema_json)
    return ProtoFormat(class_path=proto.proto_format.class_path) if kind == "proto_format" else None


FileFormat.to_proto, FileFormat.from_proto = _file_format_to_proto, staticmethod(_file_format_from_proto)
StreamFormat.to_proto, StreamFormat.from_proto = _stream_format_to_proto, staticmethod(_stream_format_from_proto)
