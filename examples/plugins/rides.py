from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64

from ride_plugins.offline_store import TripLogSource

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)

trips = FeatureView(
    name="trips",
    entities=[driver],
    ttl=timedelta(days=2),
    schema=[Field(name="trips_today", dtype=Int64), Field(name="rating", dtype=Float64)],
    source=TripLogSource(log="trips"),
)


@on_demand_feature_view(sources=[trips], schema=[Field(name="stars", dtype=Float64)], mode="pandas")
def stars(inputs):
    outputs = inputs[[]].copy()
    outputs["stars"] = inputs["rating"] * 5
    return outputs


model = FeatureService(name="model", features=[trips, stars])
