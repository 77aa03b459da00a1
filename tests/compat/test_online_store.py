"""An online store in SQLite that one side fills is read by the other, with the same values."""

import pytest

FEATURES = '["driver_hourly_stats:conv_rate", "driver_hourly_stats:acc_rate", "driver_hourly_stats:avg_daily_trips"]'
READ = f"""
import json
from feast import FeatureStore
rows = [{{"driver_id": driver}} for driver in (1001, 1002, 1005, 77)]
answer = FeatureStore(repo_path=".").get_online_features(features={FEATURES}, entity_rows=rows).to_dict(True)
print(json.dumps(answer, sort_keys=True))
"""
END = "2035-01-01T00:00:00"


@pytest.fixture
def repo(ours, tmp_path):
    ours.run("init", "demo", cwd=tmp_path)
    return tmp_path / "demo" / "feature_repo"


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("writer", ["ours", "theirs"])
def test_each_side_reads_what_the_other_wrote(ours, theirs, repo, writer, version):
    path = repo / "feature_store.yaml"
    text = path.read_text()
    assert "entity_key_serialization_version: 3" in text
    path.write_text(text.replace("serialization_version: 3", f"serialization_version: {version}"))
    side = {"ours": ours, "theirs": theirs}[writer]
    side.run("apply", cwd=repo)
    side.run("materialize", "2020-01-01T00:00:00", END, cwd=repo)
    mine, his = (each.script(READ, cwd=repo) for each in (ours, theirs))
    assert mine.strip().splitlines()[-1] == his.strip().splitlines()[-1]
    assert '"driver_id": [1001, 1002, 1005, 77]' in mine and "null" in mine
    # And goes on where the other has stopped: the interval is in the registry.
    other = {"ours": theirs, "theirs": ours}[writer]
    assert f"driver_hourly_stats from {END.replace('T', ' ')}+00:00" in other.run(
        "materialize-incremental", "2036-01-01T00:00:00", cwd=repo
    ).replace("\x1b[1m", "").replace("\x1b[32m", "").replace("\x1b[0m", "")
