"""What a pandas frame of entity rows may be, and that it comes back as it was."""

import datetime
import decimal

import pytest

pd = pytest.importorskip("pandas")

FEATURES = ["driver_hourly_stats:avg_daily_trips"]
NOON = pd.Timestamp("2022-05-01 12:00", tz="UTC")


@pytest.fixture
def frame():
    return pd.DataFrame({"driver_id": [1001, 1002, 7], "event_timestamp": [NOON] * 3})


def test_own_columns_come_back_as_they_were(applied, frame):
    own = {
        "category": pd.Categorical(["b", "a", "b"]),
        0: [1, 2, 3],
        ("a", 1): [1, 2, 3],
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "text": pd.array(["x", None, "z"], dtype="string"),
        "objects": pd.Series(["x", None, float("nan")], dtype=object),
        "decimals": [decimal.Decimal("1.50"), None, decimal.Decimal("2")],
        "dates": [datetime.date(2024, 1, 6)] * 3,
        "naive": pd.to_datetime(["2024-01-01"] * 3),
        "berlin": pd.to_datetime(["2024-01-01"] * 3).tz_localize("Europe/Berlin"),
        "months": pd.period_range("2024-01", periods=3, freq="M"),
        "durations": pd.to_timedelta([1, 2, 3], unit="s"),
        "flags": pd.array([True, None, False], dtype="boolean"),
        "small": pd.array([1, 2, 3], dtype="uint8"),
        "lists": pd.Series([[1], [2, 3], None], dtype=object),
    }
    for label, values in own.items():
        frame[label] = values
    frame.index = [7, 7, 9]
    before = frame.copy()
    result = applied.get_historical_features(frame, FEATURES).to_df()
    assert list(result.columns) == [*frame.columns, "avg_daily_trips"]
    assert list(result.index) == [0, 1, 2]
    pd.testing.assert_frame_equal(result[list(frame.columns)], frame.reset_index(drop=True), check_column_type=False)
    pd.testing.assert_frame_equal(frame, before)
    assert (result["dates"] == datetime.date(2024, 1, 6)).all() and len(result.merge(frame[["dates"]], on="dates")) == 9


NEW_YORK = datetime.timezone(datetime.timedelta(hours=-5))
AT_FIVE = datetime.datetime(2022, 5, 1, 5)


@pytest.mark.parametrize(
    ("values", "nanoseconds"),
    [
        # pyarrow makes dates of all when the first one is a date, and leaves pandas' nanoseconds out.
        ([datetime.date(2022, 5, 2), AT_FIVE, None], [86_400 * 10**9, 5 * 3600 * 10**9, None]),
        ([AT_FIVE, pd.NaT, datetime.date(2022, 5, 2)], [5 * 3600 * 10**9, None, 86_400 * 10**9]),
        ([datetime.date(2022, 5, 1), AT_FIVE.replace(tzinfo=NEW_YORK), pd.NA], [0, 10 * 3600 * 10**9, None]),
        (
            [pd.Timestamp("2022-05-01").as_unit("ns") + pd.Timedelta(1, "ns"), AT_FIVE, None],
            [1, 5 * 3600 * 10**9, None],
        ),
    ],
    ids=["date first", "datetime first", "zones", "nanoseconds"],
)
def test_times_of_day_among_dates(values, nanoseconds):
    import pyarrow as pa
    from feast import _dataframes

    start = 1_651_363_200 * 10**9
    wanted = [None if value is None else start + value for value in nanoseconds]
    series = pd.Series(values, dtype=object)
    for rows in (pd.DataFrame({"event_timestamp": series}), {"event_timestamp": values}):
        column = _dataframes.entity_rows(rows)["event_timestamp"].combine_chunks()
        assert column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64()).to_pylist() == wanted


def test_an_entity_row_at_five_is_no_row_of_midnight(applied, driver_table):
    first = min(driver_table["event_timestamp"].to_pylist())
    day = first.date() + datetime.timedelta(days=1)
    times = pd.Series([day, first.replace(day=day.day, month=day.month) + datetime.timedelta(minutes=1)], dtype=object)
    frame = pd.DataFrame({"driver_id": [1001, 1001], "event_timestamp": times})
    result = applied.get_historical_features(frame, FEATURES).to_df()
    assert result["event_timestamp"].tolist() == [pd.Timestamp(day, tz="UTC"), pd.Timestamp(times[1])]


def test_integers_that_no_float64_is(store, repo, driver):
    import pyarrow as pa
    import pyarrow.parquet as pq
    from feast import FeatureView, Field, FileSource
    from feast.types import Int64

    big, small = pa.array([2**60 + 1, None]), pa.array([7, None])
    times = pa.array([NOON.to_pydatetime()] * 2, pa.timestamp("us", tz="UTC"))
    table = pa.table({"driver_id": [1, 2], "event_timestamp": times, "big": big, "small": small})
    pq.write_table(table, repo / "ids.parquet")
    source = FileSource(path="ids.parquet", timestamp_field="event_timestamp")
    schema = [Field(name="big", dtype=Int64), Field(name="small", dtype=Int64)]
    store.apply([driver, FeatureView(name="ids", entities=[driver], source=source, schema=schema)])
    frame = pd.DataFrame({"driver_id": [1, 2], "event_timestamp": [NOON] * 2})
    result = store.get_historical_features(frame, ["ids:big", "ids:small"]).to_df()
    assert result["big"].tolist() == [2**60 + 1, pd.NA] and result["small"].dtype == "float64"


def test_dates_stay_dates(store, repo, driver):
    import pyarrow as pa
    import pyarrow.parquet as pq
    from feast import FeatureView, Field, FileSource
    from feast.types import UnixTimestamp

    born = datetime.date(1990, 5, 1)
    times = pa.array([NOON.to_pydatetime()], pa.timestamp("us", tz="UTC"))
    pq.write_table(pa.table({"driver_id": [1], "event_timestamp": times, "born": [born]}), repo / "born.parquet")
    source = FileSource(path="born.parquet", timestamp_field="event_timestamp")
    schema = [Field(name="born", dtype=UnixTimestamp)]
    store.apply([driver, FeatureView(name="people", entities=[driver], source=source, schema=schema)])
    rows = {"driver_id": [1], "event_timestamp": [NOON.to_pydatetime()]}
    assert store.get_historical_features(rows, ["people:born"]).to_df()["born"][0] == born


def test_keys_in_the_index_are_found(applied, frame):
    wanted = applied.get_historical_features(frame, FEATURES).to_df()
    for keys in (["driver_id"], ["event_timestamp"], ["driver_id", "event_timestamp"]):
        # Another column of times is not taken for the time of the events.
        rows = frame.assign(due=pd.Timestamp("2030-01-01", tz="UTC")).set_index(keys)
        result = applied.get_historical_features(rows, FEATURES).to_df().reset_index()
        pd.testing.assert_frame_equal(result[list(wanted.columns)], wanted)
    with pytest.raises(KeyError, match="driver_id"):
        applied.get_historical_features(frame.rename(columns={"driver_id": "id"}).set_index("id"), FEATURES)


def two_dimensional():
    return [pytest.importorskip("numpy").zeros((2, 2))] * 3


@pytest.mark.parametrize(
    "make", [lambda: [1, "a", 2], lambda: [object()] * 3, lambda: [[1, "a"]] * 3, two_dimensional, lambda: [1j] * 3]
)
def test_what_is_no_column_is_refused_by_name(applied, frame, make):
    frame["picture"] = pd.Series(make(), dtype=None if isinstance(make()[0], complex) else object)
    for rows in (frame, frame.to_dict("list")):
        with pytest.raises(ValueError, match="'picture'"):
            applied.get_historical_features(rows, FEATURES)


def test_two_columns_of_one_name_are_refused(applied, frame):
    frame[0], frame["0"] = 1, 2
    with pytest.raises(ValueError, match="two columns named '0'"):
        applied.get_historical_features(frame, FEATURES)


def test_sql_says_who_takes_it(applied):
    with pytest.raises(ValueError, match="SQL query.*warehouses"):
        applied.get_historical_features("SELECT 1001 AS driver_id, now() AS event_timestamp", FEATURES)
