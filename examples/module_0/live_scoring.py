"""A model that answers one ride at a time: the newest features of a driver, from the online store."""

import pathlib
import time

from feast import FeatureStore

store = FeatureStore(repo_path=str(pathlib.Path(__file__).parent / "production"))
service = store.get_feature_service("model_v2")
ride = {"driver_id": 1001, "surge": 1.5, "passengers": 2}


def ask():
    return store.get_online_features(features=service, entity_rows=[ride]).to_dict()


features = ask()
print(features)
assert features["conv_rate"][0] is not None, "the online store is empty"

names = ["driver_hourly_stats:conv_rate", "driver_hourly_stats:acc_rate"]
for what, question in (
    ("model_v2, with its function", ask),
    ("two features", lambda: store.get_online_features(names, [{"driver_id": 1001}]).to_dict()),
):
    times = []
    for _ in range(100):
        begun = time.perf_counter()
        question()
        times.append(time.perf_counter() - begun)
    print(f"{what}: {sorted(times)[50] * 1e6:,.0f} microseconds in this process (median of 100)")
