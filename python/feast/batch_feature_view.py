"""Feature views that are computed in batches."""

import feast.feature_view  # noqa: F401  (gives all views their methods)
from feast._feast import BatchFeatureView
from feast._functions import view_decorator

__all__ = ["BatchFeatureView", "batch_feature_view"]


def batch_feature_view(**arguments):
    """Makes the decorated function a BatchFeatureView. Takes the arguments of BatchFeatureView; the view has the function's
    name unless `name` is given."""
    return view_decorator(BatchFeatureView, arguments)
