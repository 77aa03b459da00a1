"""Functions from a DataFrame to a DataFrame."""

from feast._feast import PandasTransformation

__all__ = ["PandasTransformation"]
