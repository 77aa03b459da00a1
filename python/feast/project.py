"""A name space of definitions."""

from feast._feast import Project

__all__ = ["Project"]
