"""Feature tables, which feature views replaced. The name is here for the annotations of classes written then."""

__all__ = ["FeatureTable"]


class FeatureTable:
    def __init__(self, *args, **kwargs):
        raise TypeError("Feature tables are no more: declare a FeatureView instead.")
