"""The repo that real Feast's `feast init` makes, and classes of the user's own, on both sides."""

import shutil

from peer import ROOT

ROWS = """
import pandas as pd
from feast import FeatureStore
rows = pd.DataFrame({"driver_id": [1001, 1002], "event_timestamp": pd.to_datetime(["2022-05-02T10:00", "2022-05-01T10:00"], utc=True)})
job = FeatureStore(".").get_historical_features(rows, FeatureStore(".").get_feature_service("model"))
print(job.to_df()[["driver_id", "trips_today", "stars"]].sort_values("driver_id").to_csv(index=False))
"""


def test_feasts_own_template_applies_unchanged(ours, theirs, tmp_path):
    theirs.run("init", "template", cwd=tmp_path)
    repo = tmp_path / "template" / "feature_repo"
    assert "Registered feature view driver_hourly_stats" in ours.run("apply", cwd=repo)
    assert "driver_quality_labels" in theirs.run("label-views", "list", cwd=repo)
    assert "No changes to registry" in ours.run("plan", cwd=repo)


def test_the_example_runs_in_real_feast_too(ours, theirs, tmp_path):
    answers = []
    for side in (ours, theirs):
        repo = tmp_path / ("ours" if side is ours else "theirs")
        shutil.copytree(ROOT / "examples" / "plugins", repo)
        environment_path = f"import sys; sys.path.append({str(repo)!r})\n"
        apply = "from feast.repo_operations import apply_total\nfrom feast.repo_config import load_repo_config\nfrom pathlib import Path\n"
        side.script(
            environment_path + apply + "apply_total(load_repo_config(Path('.').resolve(), Path('feature_store.yaml')), "
            "Path('.').resolve(), False)",
            cwd=repo,
        )
        answers.append(side.script(environment_path + ROWS, cwd=repo))
    assert answers[0] == answers[1]
