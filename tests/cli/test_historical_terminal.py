"""What `feast get-historical-features` shows on a terminal."""

import datetime
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_interrupted import REPO
from test_terminal import on_terminal


@pytest.fixture
def repo(tmp_path):
    (tmp_path / "feature_store.yaml").write_text(
        "project: rides\nprovider: local\nregistry: registry.db\nonline_store: null\n"
    )
    # Of Parquet, unlike CSV, it is known beforehand how many rows there are.
    (tmp_path / "repo.py").write_text(REPO.replace("time.sleep(20)", "time.sleep(3)").replace(".csv", ".parquet"))
    times = pa.array([datetime.datetime(2026, 1, 1, 10)] * 25, pa.timestamp("us", "UTC"))
    table = pa.table({"driver_id": range(1, 26), "event_timestamp": times, "trips": range(25)})
    pq.write_table(table, tmp_path / "stats.parquet")
    return tmp_path


def shown(repo, *arguments, **environment):
    return on_terminal(arguments, repo, FEAST_PYTHON=sys.executable, **environment)


def test_a_table_of_the_first_rows_and_progress_of_long_work(repo):
    shown(repo, "apply")
    short = shown(repo, "get-historical-features", "--start", "2026-01-01", "--end", "2026-01-02", "-f", "stats:trips")
    assert "driver_id" in short and "… and 5 more rows; --output FILE writes them all." in short
    assert short.count("2026-01-02 00:00:00") == 20
    assert "Joining" not in short, "work of less than a second shows no progress"

    arguments = ["get-historical-features", "--start", "2026-01-01", "--end", "2026-01-02", "-f", "slowly:slow"]
    long = shown(repo, *arguments, "--output", "rows.csv")
    assert "Joining" in long and "rows/s" in long and "ETA" in long
    assert "Wrote 25 rows to rows.csv" in long
    assert "Joining" not in shown(repo, *arguments, "--output", "rows.csv", FEAST_NO_PROGRESS="1")
    assert (repo / "rows.csv").exists() and os.path.getsize(repo / "rows.csv") > 0


def test_bytes_are_not_for_terminals(repo):
    shown(repo, "apply")
    said = shown(repo, "get-historical-features", "--start", "2026-01-01", "-f", "stats:trips", "--format", "parquet")
    assert "--format parquet is not for terminals" in said
