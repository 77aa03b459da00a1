"""Features that are computed when they are asked for."""

from feast._feast import OnDemandFeatureView
from feast._functions import view_decorator
from feast.transformation.pandas_transformation import PandasTransformation
from feast.transformation.python_transformation import PythonTransformation

__all__ = ["OnDemandFeatureView", "PandasTransformation", "PythonTransformation", "on_demand_feature_view"]


def _get_feature_transformation(self):
    """The view's function, as a transformation of its mode."""
    if self.feature_transformation is None:
        raise ValueError(f"The on-demand feature view has no function. View: {self.name}")
    return self.feature_transformation


OnDemandFeatureView.get_feature_transformation = _get_feature_transformation


def on_demand_feature_view(**arguments):
    """Makes the decorated function a OnDemandFeatureView. Takes the arguments of OnDemandFeatureView; the view has the function's
    name unless `name` is given."""
    return view_decorator(OnDemandFeatureView, arguments)
