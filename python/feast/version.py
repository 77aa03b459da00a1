"""The version of this library."""

from feast import _feast


def get_version() -> str:
    return _feast.__version__
