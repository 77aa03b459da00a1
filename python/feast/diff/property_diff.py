"""A field that differs."""

from feast.diff.registry_diff import PropertyDiff, TransitionType

__all__ = ["PropertyDiff", "TransitionType"]
