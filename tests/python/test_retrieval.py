"""Historical features in Python, against plain pandas."""

import datetime
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import FeatureStore
from feast.errors import (
    FeatureViewNotFoundException,
    InvalidEntityType,
    InvalidFeaturesParameterType,
    SavedDatasetLocationAlreadyExists,
)
from feast.infra.offline_stores.file_source import SavedDatasetFileStorage
from feast.infra.offline_stores.offline_store import RetrievalJob

pd = pytest.importorskip("pandas")

FEATURES = ["driver_hourly_stats:conv_rate", "driver_hourly_stats:avg_daily_trips"]


def expected(entity_df, table, ttl, names):
    """The newest row at or before each entity row and not older than the TTL, of rows of one time the one created last."""
    source = table.to_pandas().sort_values(["event_timestamp", "created"])
    source = source.drop_duplicates(["driver_id", "event_timestamp"], keep="last").rename(
        columns={"event_timestamp": "time"}
    )
    left = entity_df.reset_index(drop=True)
    left["row"] = range(len(left))
    left["event_timestamp"] = left["event_timestamp"].astype(source["time"].dtype)
    joined = pd.merge_asof(
        left.sort_values("event_timestamp"),
        source[["driver_id", "time", *names]].sort_values("time"),
        left_on="event_timestamp",
        right_on="time",
        by="driver_id",
        tolerance=ttl,
    )
    return joined.sort_values("row").reset_index(drop=True)[[*entity_df.columns, *names]]


def same(actual, wanted):
    pd.testing.assert_frame_equal(actual, wanted, check_dtype=False)


def test_equals_plain_pandas(applied, entity_df, driver_table):
    wanted = expected(entity_df, driver_table, pd.Timedelta(hours=2), ["conv_rate", "avg_daily_trips"])
    job = applied.get_historical_features(entity_df=entity_df, features=FEATURES)
    assert isinstance(job, RetrievalJob)
    actual = job.to_df()
    same(actual, wanted)
    assert actual["avg_daily_trips"].isna().any() and actual["avg_daily_trips"].dtype == "float64"
    assert str(actual["event_timestamp"].dtype).endswith("UTC]")
    # A job may be run again.
    same(job.to_df(), wanted)


def test_feature_services(applied, entity_df):
    v1 = applied.get_historical_features(entity_df, applied.get_feature_service("model_v1")).to_df()
    v2 = applied.get_historical_features(entity_df, applied.get_feature_service("model_v2")).to_df()
    assert list(v1.columns) == ["driver_id", "event_timestamp", "label", "conv_rate"]
    assert list(v2.columns) == ["driver_id", "event_timestamp", "label", "conv_rate", "acc_rate", "avg_daily_trips"]
    same(v1, v2[list(v1.columns)])


def test_batch_scoring_at_now(applied):
    rows = pd.DataFrame({"driver_id": [1001, 1002, 1003]})
    rows["event_timestamp"] = pd.to_datetime("now")
    scored = applied.get_historical_features(rows, FEATURES).to_df()
    assert len(scored) == 3 and scored["conv_rate"].isna().all()


def test_full_names(applied, entity_df):
    frame = applied.get_historical_features(entity_df, FEATURES, full_feature_names=True).to_df()
    assert list(frame.columns[3:]) == ["driver_hourly_stats__conv_rate", "driver_hourly_stats__avg_daily_trips"]


def test_every_kind_of_entity_rows(applied, entity_df, tmp_path):
    wanted = applied.get_historical_features(entity_df, FEATURES).to_df()
    table = pa.Table.from_pandas(entity_df, preserve_index=False)
    pq.write_table(table, tmp_path / "rows.parquet")
    for rows in (table, table.to_batches()[0], str(tmp_path / "rows.parquet"), tmp_path / "rows.parquet"):
        same(applied.get_historical_features(rows, FEATURES).to_df(), wanted)
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(table)
    same(applied.get_historical_features(frame, FEATURES).to_df(), wanted)
    same(applied.get_historical_features(frame.lazy(), FEATURES).to_df(), wanted)


def test_time_zones_of_entity_rows(applied, entity_df):
    wanted = applied.get_historical_features(entity_df, FEATURES).to_df()
    for zone in (None, "UTC", "America/New_York"):
        rows = entity_df.copy()
        rows["event_timestamp"] = rows["event_timestamp"].dt.tz_convert(zone)
        same(applied.get_historical_features(rows, FEATURES).to_df(), wanted)


def test_without_entity_rows(applied):
    day = datetime.datetime(2022, 5, 2, tzinfo=datetime.timezone.utc)
    frame = applied.get_historical_features(
        features=FEATURES, start_date=day, end_date=day + datetime.timedelta(hours=5)
    ).to_df()
    assert sorted(frame["driver_id"]) == list(range(1001, 1011))
    assert (frame["event_timestamp"] == day + datetime.timedelta(hours=5)).all()
    with pytest.raises(ValueError, match="not both"):
        applied.get_historical_features(pd.DataFrame(), FEATURES, start_date=day)


def test_every_output(applied, entity_df, tmp_path):
    job = applied.get_historical_features(entity_df, FEATURES)
    table = job.to_arrow()
    assert table.num_rows == 300 and table.schema.field("avg_daily_trips").type == pa.int64()
    assert pa.table(job).equals(table)
    assert pa.Table.from_batches(job.to_arrow_batches(batch_rows=64)).equals(table)
    assert job.to_parquet(tmp_path / "out.parquet") == 300
    assert pq.read_table(tmp_path / "out.parquet").cast(table.schema).equals(table)
    polars = pytest.importorskip("polars")
    assert job.to_polars().equals(polars.from_arrow(table))
    assert polars.DataFrame(job).equals(polars.from_arrow(table))
    assert job.metadata.features == FEATURES and "driver_id" in job.metadata.keys
    assert job.full_feature_names is False and job.on_demand_feature_views == []
    with pytest.raises(NotImplementedError):
        job.to_sql()
    with pytest.raises(NotImplementedError):
        job.to_df(validation_reference=object())


def test_tensors(applied, entity_df):
    torch = pytest.importorskip("torch")
    tensors = applied.get_historical_features(entity_df, FEATURES).to_tensor()
    assert tensors["conv_rate"].shape == (300,) and torch.isnan(tensors["avg_daily_trips"]).any()
    whole = applied.get_historical_features(entity_df, FEATURES).to_tensor(default_value=-1)
    assert (whole["avg_daily_trips"] == -1).any()


def test_nothing_is_read_until_it_is_asked_for(applied, entity_df, repo):
    job = applied.get_historical_features(entity_df, FEATURES)
    plan = job.explain()
    assert plan.entity_rows == 300 and plan.views[0].name == "driver_hourly_stats"
    assert plan.views[0].files[0].rows > 0 and plan.views[0].files[0].bytes > 0
    assert "driver_stats.parquet" in str(plan)
    (repo / "data" / "driver_stats.parquet").unlink()
    with pytest.raises(OSError, match="driver_stats.parquet"):
        job.to_df()


def test_saved_datasets(applied, entity_df, repo, tmp_path):
    job = applied.get_historical_features(entity_df, FEATURES)
    storage = SavedDatasetFileStorage(path=str(tmp_path / "saved.parquet"))
    dataset = applied.create_saved_dataset(job, "training", storage, tags={"a": "b"})
    same(dataset.to_df(), job.to_df())
    found = FeatureStore(repo).get_saved_dataset("training")
    same(found.to_df(), job.to_df())
    assert found.tags == {"a": "b"} and found.features == FEATURES and found.storage == storage
    assert [item.name for item in applied.list_saved_datasets()] == ["training"]
    with pytest.raises(SavedDatasetLocationAlreadyExists):
        job.persist(storage)
    job.persist(storage, allow_overwrite=True)
    with pytest.raises(ValueError, match="get_historical_features"):
        applied.create_saved_dataset("job", "x", storage)


def test_a_client_needs_only_the_configuration(applied, entity_df, repo, tmp_path):
    client = tmp_path / "client"
    client.mkdir()
    yaml = (repo / "feature_store.yaml").read_text().replace("data/registry.db", str(repo / "data" / "registry.db"))
    (client / "feature_store.yaml").write_text(yaml)
    (client / "data").symlink_to(repo / "data")
    store = FeatureStore(client)
    frame = store.get_historical_features(entity_df, store.get_feature_service("model_v2")).to_df()
    assert len(frame) == 300


# ---- Bad requests


def test_bad_requests(applied, entity_df):
    get = applied.get_historical_features
    with pytest.raises(FeatureViewNotFoundException, match="Did you mean"):
        get(entity_df, ["driver_hourly_stat:conv_rate"])
    with pytest.raises(KeyError, match="conv"):
        get(entity_df, ["driver_hourly_stats:convrate"])
    with pytest.raises(ValueError, match="conv_rate"):
        get(entity_df, ["conv_rate"])
    with pytest.raises(ValueError):
        get(entity_df, [])
    with pytest.raises(InvalidFeaturesParameterType):
        get(entity_df, "driver_hourly_stats:conv_rate")
    with pytest.raises(InvalidEntityType):
        get(3, FEATURES)
    with pytest.raises((KeyError, ValueError), match="driver_id"):
        get(entity_df.drop(columns="driver_id"), FEATURES).to_df()
    with pytest.raises(Exception, match="event_timestamp"):
        get(entity_df.drop(columns="event_timestamp"), FEATURES).to_df()


def test_entity_rows_of_mixed_types(applied):
    rows = pd.DataFrame({"driver_id": [1001, "a"], "event_timestamp": [datetime.datetime(2022, 5, 2)] * 2})
    with pytest.raises(ValueError, match="driver_id"):
        applied.get_historical_features(rows, FEATURES)
    rows = pd.DataFrame({"driver_id": [1001], "event_timestamp": [datetime.datetime(2022, 5, 2)]})
    rows = pd.concat([rows, rows[["driver_id"]]], axis=1)
    with pytest.raises(ValueError, match="two columns"):
        applied.get_historical_features(rows, FEATURES)


def test_times_in_several_zones_are_one_column_in_utc(applied):
    zone = datetime.timezone(datetime.timedelta(hours=2))
    times = [
        datetime.datetime(2022, 5, 2, 6, tzinfo=zone),
        datetime.datetime(2022, 5, 2, 4, tzinfo=datetime.timezone.utc),
    ]
    rows = pd.DataFrame({"driver_id": [1001, 1001], "event_timestamp": pd.Series(times, dtype=object)})
    frame = applied.get_historical_features(rows, FEATURES).to_df()
    assert frame["event_timestamp"].nunique() == 1 and frame["conv_rate"].nunique() == 1


def test_no_rows_at_all(applied, entity_df):
    frame = applied.get_historical_features(entity_df[:0], FEATURES).to_df()
    assert len(frame) == 0 and list(frame.columns) == [
        "driver_id",
        "event_timestamp",
        "label",
        "conv_rate",
        "avg_daily_trips",
    ]


def test_a_corrupt_file(applied, entity_df, repo):
    pathlib.Path(repo / "data" / "driver_stats.parquet").write_bytes(b"PAR1 this is no Parquet file PAR1")
    with pytest.raises((OSError, ValueError), match="driver_stats.parquet"):
        applied.get_historical_features(entity_df, FEATURES).to_df()


def answer(store, driver, path, columns, **source):
    """The features of driver 1 on 5 May from the source, whose event time is `at`."""
    from feast import FeatureView, Field, FileSource

    schema = [Field(name=name, dtype=dtype) for name, dtype in columns.items()]
    source = FileSource(path=path, timestamp_field="at", **source)
    store.apply([driver, FeatureView(name="several", entities=[driver], source=source, schema=schema)])
    rows = pa.table(
        {"driver_id": [1], "event_timestamp": pa.array([datetime.datetime(2022, 5, 5)], pa.timestamp("us"))}
    )
    found = store.get_historical_features(rows, [f"several:{name}" for name in columns]).to_arrow()
    return {name: found[name].to_pylist()[0] for name in columns}


@pytest.mark.parametrize("empty", ["driver_id,at,v\n", "driver_id,at,v"])
@pytest.mark.parametrize("order", ["ab", "ba", "ca"])
def test_a_text_file_without_rows_among_others(store, repo, driver, empty, order):
    from feast.types import Int64

    (repo / "parts").mkdir()
    (repo / "parts" / f"{order[0]}.csv").write_text("driver_id,at,v\n1,2022-05-01,7\n")
    (repo / "parts" / f"{order[1]}.csv").write_text(empty)
    assert answer(store, driver, "parts", {"v": Int64}) == {"v": 7}


def test_cells_decide_what_a_column_of_text_can_be_declared_as(store, repo, driver):
    from feast.types import Bool, Float64, Int32, Int64

    (repo / "parts").mkdir()
    (repo / "parts" / "a.csv").write_text("driver_id,at,id,flag,rate\n2,2022-05-01,7.0,1,\n")
    (repo / "parts" / "b.csv").write_text("driver_id,at,id,flag,rate\n1,2022-05-01,9007199254740993,true,007\n")
    columns = {"id": Int64, "flag": Bool, "rate": Float64}
    assert answer(store, driver, "parts", columns) == {"id": 9007199254740993, "flag": True, "rate": 7.0}
    with pytest.raises(ValueError, match="row 1 holds '9007199254740993' in .*b.csv"):
        answer(store, driver, "parts", {"id": Int32})
    with pytest.raises(ValueError, match="row 1 holds '007' in .*b.csv"):
        answer(store, driver, "parts", {"rate": Bool})


@pytest.mark.parametrize("newest", [0, 1])
def test_created_times_beyond_nanoseconds_beside_nanoseconds(store, repo, driver, newest):
    from feast.types import Int64

    at = pa.array([datetime.datetime(2022, 5, 1)] * 2, pa.timestamp("us"))
    days = pa.array([datetime.date(9999, 12, 31), datetime.date(2022, 5, 2)])
    nanos = pa.array([datetime.datetime(2022, 5, 3), datetime.datetime(2022, 5, 2)], pa.timestamp("ns"))
    (repo / "parts").mkdir()
    for created, name, first in ((days, "ab"[newest], 10), (nanos, "ba"[newest], 20)):
        table = pa.table({"driver_id": [1, 1], "at": at, "created": created, "v": [first, first + 1]})
        pq.write_table(table, repo / "parts" / f"{name}.parquet")
    assert answer(store, driver, "parts", {"v": Int64}, created_timestamp_column="created") == {"v": 10}
