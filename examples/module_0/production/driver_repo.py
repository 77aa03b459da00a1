"""What drivers do, and what models make of it."""

from datetime import timedelta

import pandas as pd

from feast import Entity, FeatureService, FeatureView, Field, FileSource, RequestSource
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float32, Float64, Int32, Int64

driver = Entity(
    name="driver",
    join_keys=["driver_id"],
    description="A person who offers rides",
)

driver_stats = FileSource(
    name="driver_stats",
    path="../data/driver_stats.parquet",
    timestamp_field="event_timestamp",
    created_timestamp_column="created",
    owner="rides-data@example.com",
)

driver_hourly_stats = FeatureView(
    name="driver_hourly_stats",
    entities=[driver],
    ttl=timedelta(days=1),
    schema=[
        Field(name="conv_rate", dtype=Float32, description="Share of offers that became trips"),
        Field(name="acc_rate", dtype=Float32, description="Share of offers the driver accepted"),
        Field(name="avg_daily_trips", dtype=Int32),
    ],
    source=driver_stats,
    tags={"team": "rides", "access": "group:rides-readers"},
    owner="rides-data@example.com",
)

# Known only when a prediction is asked for.
trip_request = RequestSource(
    name="trip_request",
    schema=[Field(name="surge", dtype=Float64), Field(name="passengers", dtype=Int64)],
)


@on_demand_feature_view(
    sources=[driver_hourly_stats, trip_request],
    schema=[Field(name="surged_conv_rate", dtype=Float64), Field(name="load", dtype=Float64)],
    tags={"team": "rides"},
)
def trip_features(inputs: pd.DataFrame) -> pd.DataFrame:
    df = pd.DataFrame()
    df["surged_conv_rate"] = inputs["conv_rate"] * inputs["surge"]
    df["load"] = inputs["avg_daily_trips"] * inputs["passengers"] / 24.0
    return df


model_v1 = FeatureService(
    name="model_v1",
    features=[driver_hourly_stats[["conv_rate"]]],
    tags={"stage": "production"},
    owner="pricing@example.com",
)

model_v2 = FeatureService(
    name="model_v2",
    features=[driver_hourly_stats[["conv_rate", "acc_rate"]], trip_features],
    tags={"stage": "production"},
    owner="pricing@example.com",
)
