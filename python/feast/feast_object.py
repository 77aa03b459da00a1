"""The kinds of objects that a registry has and permissions are about."""

from feast._feast import (
    BatchFeatureView,
    DataSource,
    Entity,
    FeatureService,
    FeatureView,
    OnDemandFeatureView,
    Project,
    SavedDataset,
    StreamFeatureView,
)
from feast.labeling.label_view import LabelView
from feast.permissions.permission import Permission
from feast.saved_dataset import ValidationReference

__all__ = ["ALL_FEATURE_VIEW_TYPES", "ALL_RESOURCE_TYPES"]

ALL_FEATURE_VIEW_TYPES = [FeatureView, OnDemandFeatureView, BatchFeatureView, StreamFeatureView, LabelView]
ALL_RESOURCE_TYPES = [
    Project,
    Entity,
    *ALL_FEATURE_VIEW_TYPES,
    FeatureService,
    DataSource,
    ValidationReference,
    SavedDataset,
    Permission,
]
