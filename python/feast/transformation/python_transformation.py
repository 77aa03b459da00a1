"""Functions from a dict to a dict."""

from feast._feast import PythonTransformation

__all__ = ["PythonTransformation"]
