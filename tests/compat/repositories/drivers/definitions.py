from datetime import timedelta

import pandas as pd

from feast import BigQuerySource, Entity, FeatureService, FeatureView, Field, FileSource, PushSource, RequestSource
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float32, Float64, Int32, Int64
from feast.value_type import ValueType

driver = Entity(
    name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, description="who drives", tags={"a": "b"}
)

stats = FileSource(
    name="driver_stats",
    path="data/driver_stats.parquet",
    timestamp_field="event_timestamp",
    created_timestamp_column="created",
    description="hourly",
    owner="someone@example.com",
)

declared = FeatureView(
    name="declared",
    entities=[driver],
    ttl=timedelta(days=1),
    schema=[Field(name="conv_rate", dtype=Float32), Field(name="acc_rate", dtype=Float32, description="accepted")],
    source=stats,
    tags={"team": "rides"},
    owner="someone@example.com",
    description="declared by hand",
)

inferred = FeatureView(name="inferred", entities=[driver], ttl=timedelta(0), source=stats, online=False)

pushed = FeatureView(
    name="pushed",
    entities=[driver],
    schema=[Field(name="avg_daily_trips", dtype=Int32)],
    source=PushSource(name="push", batch_source=stats),
)

warehouse = BigQuerySource(name="warehouse", table="p.d.t", timestamp_field="ts", field_mapping={"x": "y"})

request = RequestSource(name="request", schema=[Field(name="val_to_add", dtype=Int64)])


@on_demand_feature_view(sources=[declared, request], schema=[Field(name="conv_rate_plus_val", dtype=Float64)])
def plus_val(inputs: pd.DataFrame) -> pd.DataFrame:
    df = pd.DataFrame()
    df["conv_rate_plus_val"] = inputs["conv_rate"] + inputs["val_to_add"]
    return df


model = FeatureService(
    name="model", features=[declared[["conv_rate"]], inferred, plus_val], tags={"stage": "production"}
)
