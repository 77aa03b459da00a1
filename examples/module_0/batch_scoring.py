"""The nightly job of an ML engineer: newest features of every driver, then predictions."""

import pathlib

import pandas as pd

from feast import FeatureStore

store = FeatureStore(repo_path=str(pathlib.Path(__file__).parent / "production"))

entity_df = pd.DataFrame({"driver_id": [1001, 1002, 1003, 1004, 1005]})
entity_df["event_timestamp"] = pd.to_datetime("now", utc=True)
entity_df["surge"] = 1.5
entity_df["passengers"] = [1, 2, 3, 1, 2]

job = store.get_historical_features(entity_df=entity_df, features=store.get_feature_service("model_v2"))
features = job.to_df()
assert len(features) == len(entity_df) and features["conv_rate"].notna().all(), features

predictions = features["surged_conv_rate"] * 0.7 + features["acc_rate"] * 0.3
print(features.assign(prediction=predictions).to_string(index=False))
