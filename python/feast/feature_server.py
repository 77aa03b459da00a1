"""The feature server over HTTP."""

from feast.errors import FeastNotImplementedError

__all__ = ["get_app"]


def get_app(store, *args, **kwargs):
    raise FeastNotImplementedError("The feature server is not in this version.")
