"""Entity keys as bytes: what Feast's online stores look rows up by."""

from __future__ import annotations

import struct
from typing import Any

from feast.value_type import ValueType

# By the field of a value message: its type and how its bytes are made.
_CODECS = {
    "string_val": (ValueType.STRING, None),
    "bytes_val": (ValueType.BYTES, None),
    "int32_val": (ValueType.INT32, "<i"),
    "int64_val": (ValueType.INT64, "<q"),
    "unix_timestamp_val": (ValueType.UNIX_TIMESTAMP, "<q"),
}
_FIELDS = {int(kind.value): (field, layout) for field, (kind, layout) in _CODECS.items()}


def _value_bytes(value: Any, version: int) -> tuple[int, bytes]:
    field = value.WhichOneof("val")
    if field not in _CODECS:
        raise ValueError(
            f"An entity key cannot hold a value of this type: {value}. Use strings, bytes, integers or timestamps."
        )
    kind, layout = _CODECS[field]
    given = getattr(value, field)
    if field == "int64_val" and version <= 1:
        layout = "<l"
    if layout is None:
        return int(kind.value), given.encode() if isinstance(given, str) else given
    return int(kind.value), struct.pack(layout, given)


def serialize_entity_key_prefix(entity_keys: list[str], entity_key_serialization_version: int = 3) -> bytes:
    """The part of a serialized key that the names of its columns make."""
    names = sorted(entity_keys)
    parts = [struct.pack("<I", len(names))] if entity_key_serialization_version > 2 else []
    for name in names:
        encoded = name.encode()
        parts.append(struct.pack("<I", int(ValueType.STRING.value)))
        if entity_key_serialization_version > 2:
            parts.append(struct.pack("<I", len(encoded)))
        parts.append(encoded)
    return b"".join(parts)


def serialize_entity_key(entity_key: Any, entity_key_serialization_version: int = 3) -> bytes:
    """An EntityKey message as bytes that are the same wherever they are made. Columns come in the order of their names."""
    pairs = sorted(zip(entity_key.join_keys, entity_key.entity_values), key=lambda pair: pair[0])
    parts = [serialize_entity_key_prefix([name for name, _ in pairs], entity_key_serialization_version)]
    for _, value in pairs:
        kind, encoded = _value_bytes(value, entity_key_serialization_version)
        parts.append(struct.pack("<II", kind, len(encoded)) + encoded)
    return b"".join(parts)


def deserialize_entity_key(serialized_entity_key: bytes, entity_key_serialization_version: int = 3) -> Any:
    """The EntityKey message of a serialized key; ValueError before version 3, which cannot be read back."""
    if entity_key_serialization_version < 3:
        raise ValueError("Entity keys can be read back from serialization version 3 on.")
    from feast._messages import load

    message = load("feast.protos.feast.types.EntityKey_pb2").EntityKey()
    (count,) = struct.unpack_from("<I", serialized_entity_key, 0)
    offset = 4
    for _ in range(count):
        _, size = struct.unpack_from("<II", serialized_entity_key, offset)
        message.join_keys.append(serialized_entity_key[offset + 8 : offset + 8 + size].decode())
        offset += 8 + size
    _add_values(message, serialized_entity_key, offset)
    return message


def entity_key_of(serialized_entity_key: bytes, join_keys: list[str], entity_key_serialization_version: int) -> Any:
    """The EntityKey message of a serialized key of these columns, in every version from 2 on."""
    from feast._messages import load

    names = sorted(join_keys)
    prefix = serialize_entity_key_prefix(names, entity_key_serialization_version)
    message = load("feast.protos.feast.types.EntityKey_pb2").EntityKey(join_keys=names)
    _add_values(message, serialized_entity_key, len(prefix))
    return message


def _add_values(message: Any, serialized: bytes, offset: int) -> None:
    """Adds the values that stand from `offset` on."""
    while offset < len(serialized):
        kind, size = struct.unpack_from("<II", serialized, offset)
        encoded = serialized[offset + 8 : offset + 8 + size]
        field, layout = _FIELDS[kind]
        value = message.entity_values.add()
        if layout is not None:
            setattr(value, field, struct.unpack(layout, encoded)[0])
        else:
            setattr(value, field, encoded.decode() if field == "string_val" else encoded)
        offset += 8 + size


def serialize_f32(vector: list[float], vector_length: int) -> bytes:
    """`vector_length` numbers as 4 bytes each, in this machine's order."""
    return struct.pack(f"{vector_length}f", *vector)


def deserialize_f32(byte_vector: bytes, vector_length: int) -> list[float]:
    """The numbers in bytes of serialize_f32, of which there are `vector_length` bytes."""
    return list(struct.unpack(f"{vector_length // 4}f", byte_vector))
