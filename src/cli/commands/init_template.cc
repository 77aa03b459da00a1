#include "cli/commands/init_template.h"

namespace feast::cli {

namespace {

constexpr const char* kGitignore = R"text(__pycache__/
*.pyc
.venv/
.ipynb_checkpoints/
# The local registry and online store are made by `feast apply`.
feature_repo/data/registry.db*
feature_repo/data/online_store.db*
)text";

constexpr const char* kFeastignore =
    R"text(# Python files that declare no features: `feast plan` and `feast apply` leave them alone.
test_workflow.py
)text";

constexpr const char* kReadme = R"text(# A feature repo

`feature_repo/` holds the definitions of a feature store and its example data: hourly statistics of five drivers.

| File | What it is |
| :--- | :--- |
| `feature_store.yaml` | the project, where its registry is, and which offline and online store it uses |
| `feature_definitions.py` | entities, data sources, feature views and feature services, in Python |
| `.feastignore` | Python files in the folder that are not definitions |
| `test_workflow.py` | gets training data and batch-prediction rows from the example |
| `data/driver_stats.parquet` | the example's data, made by `feast init` |

```bash
cd feature_repo
feast plan                  # what would change; nothing is touched
feast apply                 # publish the definitions to the registry
feast feature-views list
python test_workflow.py     # needs pandas
```

Next: change a feature in `feature_definitions.py`, look at `feast plan`, then apply.
)text";

constexpr const char* kStoreYaml = R"text(registry: data/registry.db
# Sets the defaults of the stores below: local, gcp, aws or azure.
provider: local
offline_store:
  type: file
online_store:
  type: sqlite
  path: data/online_store.db
entity_key_serialization_version: 3
)text";

constexpr const char* kDefinitions =
    R"text("""What this feature repo offers. `feast plan` shows what a change here would do; `feast apply` publishes it."""
from datetime import timedelta

from feast import Entity, FeatureService, FeatureView, Field, FileSource, PushSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float32, Float64, Int64

# What features are looked up by. Its join key is the column that identifies a driver in sources and in requests.
driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, description="A taxi driver")

# Where the history of the features is kept: one row for each driver and hour.
driver_stats = FileSource(
    name="driver_stats",
    path="data/driver_stats.parquet",
    timestamp_field="event_timestamp",
    created_timestamp_column="created",
)

# Features of a driver, valid for a day after their event time.
driver_hourly_stats = FeatureView(
    name="driver_hourly_stats",
    entities=[driver],
    ttl=timedelta(days=1),
    schema=[
        Field(name="conv_rate", dtype=Float32, description="Share of trip offers that became trips"),
        Field(name="acc_rate", dtype=Float32, description="Share of trip offers that were accepted"),
        Field(name="avg_daily_trips", dtype=Int64),
    ],
    source=driver_stats,
    tags={"team": "driver_performance"},
)

# The same features, fresh: rows may also be pushed between two loads of the source.
driver_stats_push = PushSource(name="driver_stats_push", batch_source=driver_stats)
driver_hourly_stats_fresh = FeatureView(
    name="driver_hourly_stats_fresh",
    entities=[driver],
    ttl=timedelta(days=1),
    schema=[Field(name="conv_rate", dtype=Float32), Field(name="acc_rate", dtype=Float32)],
    source=driver_stats_push,
    tags={"team": "driver_performance"},
)

# Values that are known only when features are asked for: they come with the request.
bonus = RequestSource(
    name="bonus",
    schema=[Field(name="bonus_per_trip", dtype=Float64), Field(name="bonus_flat", dtype=Float64)],
)


# Features computed from other features and the request, each column a list of values.
@on_demand_feature_view(
    sources=[driver_hourly_stats, bonus],
    schema=[Field(name="expected_bonus", dtype=Float64)],
    mode="python",
)
def driver_bonus(inputs):
    rows = zip(inputs["avg_daily_trips"], inputs["bonus_per_trip"], inputs["bonus_flat"])
    # A driver without rows in the last day has no trips to compute from.
    return {"expected_bonus": [None if trips is None else trips * per_trip + flat for trips, per_trip, flat in rows]}


# The features of one version of a model. A model asks for them by this name, and a plan tells whom a change touches.
driver_activity_v1 = FeatureService(
    name="driver_activity_v1",
    features=[driver_hourly_stats[["conv_rate"]]],
    tags={"stage": "production"},
)
driver_activity_v2 = FeatureService(
    name="driver_activity_v2",
    features=[driver_hourly_stats, driver_bonus],
    tags={"stage": "staging"},
)
driver_activity_v3 = FeatureService(name="driver_activity_v3", features=[driver_hourly_stats_fresh])
)text";

constexpr const char* kWorkflow =
    R"text("""Gets training data and the rows of a batch prediction from the example's features. Run it after `feast apply`."""
from datetime import datetime, timedelta, timezone

import pandas as pd

from feast import FeatureStore


def main():
    store = FeatureStore(repo_path=".")
    now = datetime.now(timezone.utc)

    # Training: each row is a driver at a moment in the past, and gets the values that were known at that moment.
    training_rows = pd.DataFrame(
        {
            "driver_id": [1001, 1002, 1003],
            "event_timestamp": [now - timedelta(hours=hours) for hours in (11, 36, 48)],
            "bonus_per_trip": [0.5, 0.5, 1.0],
            "bonus_flat": [10.0, 20.0, 0.0],
        }
    )
    features = ["driver_hourly_stats:conv_rate", "driver_hourly_stats:avg_daily_trips", "driver_bonus:expected_bonus"]
    training = store.get_historical_features(entity_df=training_rows, features=features).to_df()
    print("Training data, features by name:")
    print(training, end="\n\n")

    # Batch prediction: every driver as of now, with the features of one version of the model.
    prediction_rows = pd.DataFrame({"driver_id": [1001, 1002, 1003, 1004, 1005]})
    prediction_rows["event_timestamp"] = pd.to_datetime(now)
    prediction_rows["bonus_per_trip"] = 0.5
    prediction_rows["bonus_flat"] = 10.0
    service = store.get_feature_service("driver_activity_v2")
    predictions = store.get_historical_features(entity_df=prediction_rows, features=service).to_df()
    print("Rows to predict for, features of driver_activity_v2:")
    print(predictions)


if __name__ == "__main__":
    main()
)text";

}  // namespace

TemplateFiles MinimalTemplate(const std::string& project) {
  return {
      {".gitignore", kGitignore},
      {"__init__.py", ""},
      {"feature_repo/__init__.py", ""},
      {"feature_repo/feature_store.yaml", "project: " + project + "\n" + kStoreYaml},
  };
}

TemplateFiles LocalTemplate(const std::string& project) {
  TemplateFiles files = MinimalTemplate(project);
  files.emplace_back("README.md", kReadme);
  files.emplace_back("feature_repo/.feastignore", kFeastignore);
  files.emplace_back("feature_repo/feature_definitions.py", kDefinitions);
  files.emplace_back("feature_repo/test_workflow.py", kWorkflow);
  return files;
}

}  // namespace feast::cli
