"""Functions from a dict to a dict."""

from feast._feast import PythonTransformation
from feast._view_functions import transformation_from_proto

__all__ = ["PythonTransformation"]

PythonTransformation.from_proto = classmethod(transformation_from_proto)
