"""Functions from a DataFrame to a DataFrame."""

from feast._feast import PandasTransformation
from feast._view_functions import transformation_from_proto

__all__ = ["PandasTransformation"]

PandasTransformation.from_proto = classmethod(transformation_from_proto)
