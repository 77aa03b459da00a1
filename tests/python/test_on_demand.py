"""On-demand feature views: decorators, their stored functions, and computing."""

import math
import subprocess
import sys
import textwrap

import pytest
from feast import FeatureStore, FeatureView, Field, FileSource, OnDemandFeatureView, RequestSource
from feast.errors import FeastError, RequestDataNotFoundInEntityDfException
from feast.on_demand_feature_view import on_demand_feature_view
from feast.stream_feature_view import stream_feature_view
from feast.transformation.pandas_transformation import PandasTransformation
from feast.transformation.python_transformation import PythonTransformation
from feast.types import Float64, Int64

pd = pytest.importorskip("pandas")

FACTOR = 3


def helper(value):
    return value * FACTOR


@pytest.fixture
def request_data():
    return RequestSource(name="request", schema=[Field(name="bonus", dtype=Int64)])


@pytest.fixture
def rows(entity_df):
    return entity_df.assign(bonus=range(300))


def pandas_view(stats, request_data):
    @on_demand_feature_view(sources=[stats, request_data], schema=[Field(name="boosted", dtype=Float64)])
    def boosted(inputs: pd.DataFrame) -> pd.DataFrame:
        out = pd.DataFrame()
        out["boosted"] = helper(inputs["conv_rate"]) + inputs["bonus"]
        return out

    return boosted


def test_decorated_function(stats, request_data):
    view = pandas_view(stats, request_data)
    assert isinstance(view, OnDemandFeatureView) and view.name == "boosted" and view.mode == "pandas"
    assert view.udf_string.lstrip().startswith("@on_demand_feature_view(") and "return out" in view.udf_string
    assert view.feature_transformation.udf_string == view.udf_string
    assert isinstance(view.feature_transformation, PandasTransformation)
    frame = pd.DataFrame({"conv_rate": [1.0], "bonus": [2]})
    assert view.feature_transformation.udf(frame)["boosted"][0] == 5.0
    assert set(view.source_feature_view_projections) == {"driver_hourly_stats"}
    assert set(view.source_request_sources) == {"request"}
    assert view.__name__ == "boosted"
    assert view.get_request_data_schema() == {"bonus": Int64.to_value_type()}


def test_old_spellings(stats):
    with pytest.warns(DeprecationWarning, match="inputs"):

        @on_demand_feature_view(inputs={"stats": stats}, features=[Field(name="a", dtype=Float64)])
        def old(inputs):
            return inputs

    assert set(old.source_feature_view_projections) == {"driver_hourly_stats"} and old.features[0].name == "a"


def test_what_a_view_needs(stats):
    with pytest.raises(ValueError, match="sources"):
        OnDemandFeatureView(name="v", schema=[], udf=lambda df: df)
    with pytest.raises(ValueError, match="singleton"):
        OnDemandFeatureView(name="v", schema=[], sources=[stats], udf=lambda df: df, singleton=True)
    with pytest.raises(TypeError, match="RequestSource"):
        OnDemandFeatureView(name="v", schema=[], sources=["stats"], udf=lambda df: df)
    with pytest.raises(TypeError, match="function"):
        OnDemandFeatureView(name="v", schema=[], sources=[stats], udf="inputs + 1")


def test_pandas_mode(applied, stats, request_data, rows):
    applied.apply(pandas_view(stats, request_data))
    job = applied.get_historical_features(rows, ["driver_hourly_stats:conv_rate", "boosted:boosted"])
    frame = job.to_df()
    pd.testing.assert_series_equal(
        frame["boosted"], frame["conv_rate"] * 3.0 + frame["bonus"], check_names=False, check_dtype=False, rtol=1e-6
    )
    assert [view.name for view in job.on_demand_feature_views] == ["boosted"]


def test_python_mode(applied, stats, request_data, rows):
    @on_demand_feature_view(sources=[stats, request_data], schema=[Field(name="rounded", dtype=Int64)], mode="python")
    def rounded(inputs):
        return {"rounded": [None if rate is None else math.floor(helper(rate) * 100) for rate in inputs["conv_rate"]]}

    assert isinstance(rounded.feature_transformation, PythonTransformation)
    applied.apply(rounded)
    frame = applied.get_historical_features(rows, ["driver_hourly_stats:conv_rate", "rounded:rounded"]).to_df()
    for rate, value in zip(frame["conv_rate"], frame["rounded"]):
        assert math.isnan(value) if math.isnan(rate) else value == math.floor(rate * 3 * 100)


def test_singleton(applied, stats, request_data, rows):
    @on_demand_feature_view(
        sources=[request_data], schema=[Field(name="doubled", dtype=Int64)], mode="python", singleton=True
    )
    def doubled(inputs):
        assert isinstance(inputs["bonus"], int)
        return {"doubled": inputs["bonus"] * 2}

    applied.apply(doubled)
    frame = applied.get_historical_features(rows, ["driver_hourly_stats:conv_rate", "doubled:doubled"]).to_df()
    assert (frame["doubled"] == frame["bonus"] * 2).all()


def test_errors_of_functions_are_the_users_own(applied, stats, request_data, rows):
    @on_demand_feature_view(sources=[stats], schema=[Field(name="broken", dtype=Float64)])
    def broken(inputs: pd.DataFrame) -> pd.DataFrame:
        raise ZeroDivisionError("my own mistake")

    @on_demand_feature_view(sources=[stats], schema=[Field(name="missing", dtype=Float64)])
    def missing(inputs: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"other": inputs["conv_rate"]})

    applied.apply([broken, missing], skip_feature_view_validation=True)
    # Of its own class, with the view's name.
    with pytest.raises(ZeroDivisionError, match="'broken'.*my own mistake.*test_on_demand.py:"):
        applied.get_historical_features(rows, ["broken:broken"]).to_df()
    with pytest.raises(Exception, match="missing"):
        applied.get_historical_features(rows, ["missing:missing"]).to_df()


def test_request_data_is_asked_for(applied, stats, request_data, entity_df):
    applied.apply(pandas_view(stats, request_data))
    with pytest.raises(RequestDataNotFoundInEntityDfException, match="bonus"):
        applied.get_historical_features(entity_df, ["boosted:boosted"]).to_df()


def test_a_function_only_in_the_registry_does_not_run_unasked(repo, entity_df):
    # Another process, which does not have the function: it is defined in no file of the repo.
    code = textwrap.dedent(
        """
        import sys, pathlib, feast
        exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"))
        feast.FeatureStore(sys.argv[2]).apply([driver, stats, tricky])
        """
    )
    definitions = repo.parent / (repo.name + "_defs.py")
    definitions.write_text(
        textwrap.dedent(
            """
            from feast import Entity, FeatureView, Field, FileSource, ValueType
            from feast.on_demand_feature_view import on_demand_feature_view
            from feast.types import Float64
            driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
            stats = FeatureView(name="stats", entities=[driver], source=FileSource(
                path="data/driver_stats.parquet", timestamp_field="event_timestamp", created_timestamp_column="created"))

            @on_demand_feature_view(sources=[stats], schema=[Field(name="tricky", dtype=Float64)], mode="python")
            def tricky(inputs):
                values = []
                for rate in inputs["conv_rate"]:
                    while rate is not None and rate < 10:
                        rate = rate + 10
                    values.append(rate)
                return {"tricky": values}
            """
        )
    )
    subprocess.run([sys.executable, "-c", code, str(definitions), str(repo)], check=True)
    store = FeatureStore(repo)
    view = store.get_on_demand_feature_view("tricky")
    assert "while rate" in view.feature_transformation.udf_string
    with pytest.raises(FeastError, match="only in the registry"):
        view.feature_transformation.udf({"conv_rate": [1.0]})
    with pytest.raises(Exception, match="trust_registry_code"):
        store.get_historical_features(entity_df, ["tricky:tricky"]).to_df()
    with (repo / "feature_store.yaml").open("a") as yaml:
        yaml.write("trust_registry_code: true\n")
    frame = FeatureStore(repo).get_historical_features(entity_df, ["stats:conv_rate", "tricky:tricky"]).to_df()
    known = frame["conv_rate"].notna()
    assert ((frame["tricky"] - frame["conv_rate"])[known] - 10).abs().max() < 1e-5


def test_stored_function_is_portable(stats, request_data):
    """What Feast unpickles is made of text, so it is the same every time."""
    import pickle

    view = pandas_view(stats, request_data)
    again = pandas_view(stats, request_data)
    message = view.feature_transformation.to_proto()
    assert message.body and message.body == again.feature_transformation.to_proto().body
    function = pickle.loads(message.body)
    assert function(pd.DataFrame({"conv_rate": [2.0], "bonus": [1]}))["boosted"][0] == 7.0


@pytest.mark.filterwarnings("ignore:.*experimental:RuntimeWarning")
def test_stream_view_decorator(driver):
    from feast import KafkaSource
    from feast.data_format import JsonFormat

    source = KafkaSource(
        name="kafka",
        timestamp_field="ts",
        message_format=JsonFormat("{}"),
        kafka_bootstrap_servers="b",
        topic="t",
        batch_source=FileSource(path="a.parquet", timestamp_field="ts"),
    )

    @stream_feature_view(
        source=source, entities=[driver], schema=[Field(name="a", dtype=Int64)], mode="spark", timestamp_field="ts"
    )
    def view(df):
        return df

    assert (
        view.name == "view" and isinstance(view, FeatureView) and view.udf_string.startswith("    @stream_feature_view")
    )


def test_a_function_gets_all_rows_at_once_everywhere(applied, stats, repo):
    """A job has one answer, however its rows are taken."""
    from feast.infra.offline_stores.file_source import SavedDatasetFileStorage

    calls = []

    @on_demand_feature_view(sources=[stats], schema=[Field(name="rank", dtype=Float64)])
    def ranked(inputs: pd.DataFrame) -> pd.DataFrame:
        calls.append(len(inputs))
        return pd.DataFrame({"rank": inputs["label"].rank()})

    applied.apply(ranked, skip_feature_view_validation=True)
    rows = 200_000  # more than one batch
    frame = pd.DataFrame(
        {"driver_id": 1001, "event_timestamp": pd.Timestamp("2022-05-02", tz="UTC")}, index=range(rows)
    )
    frame["label"] = range(rows)
    job = applied.get_historical_features(frame, ["ranked:rank"])
    storage = SavedDatasetFileStorage(path=str(repo / "saved.parquet"))
    job.persist(SavedDatasetFileStorage(path=str(repo / "persisted.parquet")))
    applied.create_saved_dataset(from_=job, name="ranks", storage=storage)
    job.to_parquet(repo / "out.parquet")
    batches = list(job.to_arrow_batches(1000))
    assert len(batches) == 200
    results = [pd.read_parquet(repo / f"{name}.parquet") for name in ("persisted", "saved", "out")]
    results += [job.to_df(), job.to_arrow().to_pandas(), pd.concat([batch.to_pandas() for batch in batches])]
    for result in results:
        assert list(result["rank"]) == [label + 1.0 for label in result["label"]]
    assert set(calls) == {rows}


def test_streaming_is_promised_by_the_view(applied, stats):
    calls = []

    @on_demand_feature_view(sources=[stats], schema=[Field(name="plus", dtype=Int64)], mode="python", streaming=True)
    def plus(inputs):
        calls.append(len(inputs["label"]))
        return {"plus": [value + len("1") for value in inputs["label"]]}

    assert plus.streaming and plus.tags == {"feast:streaming": "true"}
    applied.apply(plus, skip_feature_view_validation=True)
    assert applied.get_on_demand_feature_view("plus").streaming
    frame = pd.DataFrame({"driver_id": 1001, "event_timestamp": pd.Timestamp("2022-05-02", tz="UTC")}, index=range(50))
    frame["label"] = range(50)
    batches = applied.get_historical_features(frame, ["plus:plus"]).to_arrow_batches(20)
    assert [value for batch in batches for value in batch["plus"].to_pylist()] == list(range(1, 51))
    assert calls == [20, 20, 10]


@pytest.mark.parametrize("mode", ["pandas", "python"])
def test_decimals_stay_decimals_of_their_digits(store, driver, stats, entity_df, tmp_path, mode):
    import decimal

    import pyarrow.parquet as pq
    from feast.types import Decimal

    def priced(inputs):
        trips = [0 if trips is None or trips != trips else int(trips) for trips in inputs["avg_daily_trips"]]
        prices = [decimal.Decimal(trip) * decimal.Decimal("1.10") for trip in trips]
        return pd.DataFrame({"price": prices}) if mode == "pandas" else {"price": prices}

    fields = [Field(name="price", dtype=Decimal)]
    view = OnDemandFeatureView(name="priced", sources=[stats], schema=fields, udf=priced, mode=mode)
    store.apply([driver, stats, view])
    job = store.get_historical_features(entity_df, ["driver_hourly_stats:avg_daily_trips", "priced:price"])
    frame = job.to_df()
    wanted = [decimal.Decimal(int(trips)) * decimal.Decimal("1.10") for trips in frame["avg_daily_trips"].fillna(0)]
    assert frame["price"].tolist() == wanted and isinstance(frame["price"][0], decimal.Decimal)
    assert str(job.to_arrow().schema.field("price").type).startswith("decimal128(")
    assert job.to_arrow()["price"].to_pylist() == wanted
    job.to_parquet(str(tmp_path / "out.parquet"))
    assert pq.read_table(tmp_path / "out.parquet")["price"].to_pylist() == wanted
