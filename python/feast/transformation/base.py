"""Functions as objects of their own."""

import functools

from feast._feast import Transformation
from feast._functions import find_source_text

__all__ = ["Transformation", "transformation"]


def transformation(mode, name=None, tags=None, description="", owner=""):
    """Makes a function a Transformation, to be given to views as `feature_transformation`."""

    def decorate(function):
        made = Transformation(mode, function, find_source_text(function), name)
        functools.update_wrapper(made, function)
        return made

    return decorate
