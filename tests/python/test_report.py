"""Reports on training sets, from Python."""

import json

import pytest
from feast.errors import FeastNotImplementedError

pd = pytest.importorskip("pandas")

FEATURES = ["driver_hourly_stats:conv_rate", "driver_hourly_stats:avg_daily_trips"]


def test_a_report_agrees_with_its_training_set(applied, entity_df):
    job = applied.get_historical_features(entity_df=entity_df, features=FEATURES)
    rows = job.to_df()
    report = job.report()
    told = json.loads(json.dumps(report.to_dict()))
    assert told["entity_rows"] == report.entity_rows == len(entity_df)
    (view,) = told["views"]
    assert view["name"] == "driver_hourly_stats" and view["on_demand"] is False
    assert [feature["name"] for feature in view["features"]] == ["conv_rate", "avg_daily_trips"]
    for feature in view["features"]:
        nulls = int(rows[feature["name"]].isna().sum())
        assert feature["nulls"] == nulls == sum(feature["null_reasons"].values())
        assert feature["null_share"] == nulls / len(rows)
        ages = feature["age_seconds"]
        assert 0 <= ages["p50"] <= ages["p90"] <= ages["p99"] <= ages["max"] <= 2 * 3600
    assert "view driver_hourly_stats\n" in repr(report) == str(report)
    assert f"{len(entity_df)} entity rows" in repr(report)
    # Asking does not change the job.
    pd.testing.assert_frame_equal(job.to_df(), rows)


def test_filtering_by_created_ends_leakage(applied, driver_table):
    source = driver_table.to_pandas()
    entity_df = source[["driver_id", "event_timestamp"]]

    def told(filtered):
        job = applied.get_historical_features(
            entity_df=entity_df, features=FEATURES, filter_by_created_timestamp=filtered
        )
        return job.report().to_dict()["views"][0]

    # Of two source rows of one time, the later copy is created a minute after it.
    copies = int(source.duplicated(["driver_id", "event_timestamp"], keep=False).sum())
    view = told(False)
    assert view["created_later"] == view["ties_by_created"] == copies > 0
    assert view["duplicate_source_rows"] == copies / 2
    assert view["ties_by_position"] == 0
    assert told(True)["created_later"] == 0


def test_only_joins_have_reports(applied, entity_df, tmp_path):
    from feast.infra.offline_stores.file_source import SavedDatasetFileStorage

    job = applied.get_historical_features(entity_df=entity_df, features=FEATURES)
    saved = applied.create_saved_dataset(job, "training", SavedDatasetFileStorage(path=str(tmp_path / "t.parquet")))
    with pytest.raises(FeastNotImplementedError, match="report"):
        applied.get_saved_dataset(saved.name)._retrieval_job.report()
