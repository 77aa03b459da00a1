"""The protobuf messages of `feast.protos`, for to_proto and from_proto."""

import importlib
from types import ModuleType


def load(name: str) -> ModuleType:
    """The module `name`; an ImportError that says what to install when the protobuf package is missing."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if not (error.name or "").startswith("google"):
            raise
        raise ImportError(
            "Protobuf messages need the protobuf package: pip install protobuf", name=error.name
        ) from error
