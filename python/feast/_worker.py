"""The process in which C++ programs run the Python functions of on-demand feature views.

Started by src/transform/python/python_worker.cc with one end of a socket. Messages in both directions: one byte (what it is), eight bytes
(the payload's length, little-endian), the payload.

  F  a function to find in a place (_view_functions.find), as JSON; answered by O with its number, or empty when it is not there
  B  four bytes (the function's number, little-endian) and a record batch as an Arrow IPC stream; answered by B with a stream
  E  an error as text, instead of any answer
"""

from __future__ import annotations

import json
import signal
import socket
import struct
import sys
from typing import Any, Callable, Optional

import pyarrow as pa

from feast import _transformation, _view_functions

_HEADER = struct.Struct("<cQ")
_NUMBER = struct.Struct("<I")

# Metadata of the input schema: further names of columns, {"name": "column"}, so that a column under two names is sent once.
_ALIASES = b"feast.aliases"


class Loaded:
    """A function with how its view wants it called."""

    def __init__(self, function: Callable, mode: str, singleton: bool, columns: Optional[list[str]] = None) -> None:
        self.function, self.mode, self.singleton, self.columns = function, mode, singleton, columns

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return _transformation.apply(self.function, self.mode, batch, self.singleton, self.columns)


def _load(description: dict[str, Any]) -> Optional[Loaded]:
    asked = {key: description[key] for key in ("place", "view", "name", "text", "repo")}
    function = _view_functions.find(**asked)
    if function is None:
        return None
    return Loaded(function, description["mode"], description["singleton"], description["columns"])


def _read_batch(payload: memoryview) -> pa.RecordBatch:
    with pa.ipc.open_stream(pa.py_buffer(payload)) as reader:
        batch = reader.read_next_batch()
    aliases = json.loads((batch.schema.metadata or {}).get(_ALIASES, b"{}"))
    for name, column in aliases.items():
        batch = batch.append_column(name, batch.column(column))
    return batch.replace_schema_metadata(None)


def _write_batch(batch: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def _receive(connection: socket.socket, size: int) -> Optional[bytearray]:
    data = bytearray(size)
    view, received = memoryview(data), 0
    while received < size:
        count = connection.recv_into(view[received:])
        if count == 0:
            return None
        received += count
    return data


def _send(connection: socket.socket, kind: bytes, payload: Any) -> None:
    view = memoryview(payload)
    connection.sendall(_HEADER.pack(kind, view.nbytes))
    connection.sendall(view)


def serve(connection: socket.socket, functions: list[Loaded]) -> int:
    """Answers until the program that asks has no more to ask."""
    while (header := _receive(connection, _HEADER.size)) is not None:
        kind, size = _HEADER.unpack(header)
        payload = _receive(connection, size)
        if payload is None:
            return 1
        function: Optional[Callable] = None
        try:
            if kind == b"F":
                loaded = _load(json.loads(payload))
                if loaded is not None:
                    functions.append(loaded)
                answer: tuple[bytes, Any] = (b"O", b"" if loaded is None else _NUMBER.pack(len(functions) - 1))
            else:
                (number,) = _NUMBER.unpack_from(payload)
                function = functions[number].function
                batch = _read_batch(memoryview(payload)[_NUMBER.size :])
                answer = (b"B", _write_batch(functions[number].apply(batch)))
        except Exception as error:  # the user's function may raise anything
            answer = (b"E", _transformation.describe_error(error, function).encode(errors="replace"))
        try:
            _send(connection, *answer)
        except ConnectionError:  # the program that asked has ended
            return 1
    return 0


def main(fd: int, arguments: list[str]) -> int:
    # Ctrl-C ends the program that asked, too, which says what there is to say.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The user's repo stays as it is.
    sys.dont_write_bytecode = True
    with socket.socket(fileno=fd) as connection:
        return serve(connection, [])
