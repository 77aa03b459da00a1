"""The version of Feast that this library stands in for, and its own."""

from feast import _feast


def get_version() -> str:
    """Of Feast: what programs that know several versions of it ask."""
    return _feast.compatible_version


def get_cpp_version() -> str:
    """Of this library."""
    return _feast.cpp_version
