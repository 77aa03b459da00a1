"""How files and messages are encoded."""

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
