"""Functions given as Substrait plans."""

from feast.errors import FeastNotImplementedError

__all__ = ["SubstraitTransformation"]


class SubstraitTransformation:
    def __init__(self, *args, **kwargs):
        raise FeastNotImplementedError(
            "Substrait transformations are not in this version; use mode='pandas' or 'python'."
        )
