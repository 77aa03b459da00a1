"""A data scientist without a copy of the feature repo: features by the name of the model that uses them."""

import pathlib

import pandas as pd

from feast import FeatureStore, RepoConfig

here = pathlib.Path(__file__).parent
entity_df = pd.DataFrame(
    {
        "driver_id": [1001, 1002, 1003],
        "event_timestamp": pd.to_datetime("now", utc=True),
        "surge": [1.0, 1.2, 2.0],
        "passengers": [1, 1, 4],
    }
)

# From a folder that holds only a feature_store.yaml …
store = FeatureStore(repo_path=str(here))
# … or from a configuration made in code.
without_yaml = FeatureStore(
    config=RepoConfig(
        project="rides_production",
        provider="local",
        registry=str(here.parent / "production" / "data" / "registry.db"),
        online_store="null",
        offline_store="file",
        repo_path=here,
    )
)

for name in ("model_v1", "model_v2"):
    frames = [
        each.get_historical_features(entity_df=entity_df, features=each.get_feature_service(name)).to_df()
        for each in (store, without_yaml)
    ]
    pd.testing.assert_frame_equal(*frames)
    print(f"{name}:\n{frames[0].to_string(index=False)}\n")
