"""Feature views that are computed from a stream."""

from feast._feast import Aggregation, StreamFeatureView
from feast._functions import view_decorator

__all__ = ["Aggregation", "StreamFeatureView", "stream_feature_view"]


def stream_feature_view(**arguments):
    """Makes the decorated function a StreamFeatureView. Takes the arguments of StreamFeatureView; the view has the function's
    name unless `name` is given."""
    return view_decorator(StreamFeatureView, arguments)
