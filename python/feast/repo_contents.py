"""What a feature repo declares."""

from __future__ import annotations

from typing import NamedTuple

from feast._feast import (
    DataSource,
    Entity,
    FeatureService,
    FeatureView,
    OnDemandFeatureView,
    Project,
    StreamFeatureView,
    serialize_definitions,
)


class RepoContents(NamedTuple):
    """The objects of a feature repo, by kind."""

    projects: list[Project]
    data_sources: list[DataSource]
    feature_views: list[FeatureView]
    on_demand_feature_views: list[OnDemandFeatureView]
    stream_feature_views: list[StreamFeatureView]
    label_views: list
    entities: list[Entity]
    feature_services: list[FeatureService]
    permissions: list

    def objects(self) -> list:
        """All of them that a store can apply."""
        return [item for kind in self for item in kind]

    def to_registry_proto(self):
        """A feast.core.Registry message with these objects."""
        from feast._messages import load

        registry = load("feast.protos.feast.core.Registry_pb2").Registry
        return registry.FromString(serialize_definitions(self.objects(), ""))
