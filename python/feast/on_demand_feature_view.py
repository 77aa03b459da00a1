"""Features that are computed when they are asked for."""

from feast._feast import OnDemandFeatureView, PandasTransformation, PythonTransformation
from feast._functions import view_decorator

__all__ = ["OnDemandFeatureView", "PandasTransformation", "PythonTransformation", "on_demand_feature_view"]


def on_demand_feature_view(**arguments):
    """Makes the decorated function a OnDemandFeatureView. Takes the arguments of OnDemandFeatureView; the view has the function's
    name unless `name` is given."""
    return view_decorator(OnDemandFeatureView, arguments)
