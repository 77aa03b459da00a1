"""Feature views that are computed from a stream."""

import feast.feature_view  # noqa: F401  (gives all views their methods)
from feast._feast import StreamFeatureView
from feast._functions import view_decorator
from feast.aggregation import Aggregation

__all__ = ["Aggregation", "StreamFeatureView", "stream_feature_view"]


def stream_feature_view(**arguments):
    """Makes the decorated function a StreamFeatureView. Takes the arguments of StreamFeatureView; the view has the function's
    name unless `name` is given."""
    return view_decorator(StreamFeatureView, arguments)
