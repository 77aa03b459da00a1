"""`timeout` of a job's outputs: a deadline for the whole call."""

import time

import pytest
from feast import Field
from feast.infra.offline_stores.file_source import SavedDatasetFileStorage
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64

pd = pytest.importorskip("pandas")

# Over before anything could begin.
NO_TIME = 1e-6


@pytest.fixture
def job(applied, entity_df):
    return applied.get_historical_features(entity_df=entity_df, features=["driver_hourly_stats:conv_rate"])


def test_every_output_ends_with_its_time(job, tmp_path):
    outputs = [
        lambda timeout: job.to_df(timeout=timeout),
        lambda timeout: job.to_arrow(timeout=timeout),
        lambda timeout: job.to_feast_df(timeout=timeout),
        lambda timeout: job.persist(SavedDatasetFileStorage(path=str(tmp_path / "out.parquet")), timeout=timeout),
    ]
    for output in outputs:
        with pytest.raises(TimeoutError, match="ended after the 1e-06 s that `timeout` gave it. Give it more time"):
            output(NO_TIME)
    assert not (tmp_path / "out.parquet").exists()
    # The job is as good as before.
    for output in outputs:
        output(600)
    assert len(job.to_df(timeout=None)) == 300


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_what_is_no_time_is_refused(job, timeout):
    with pytest.raises(ValueError, match="timeout is a number of seconds above zero, or None"):
        job.to_df(timeout=timeout)


def test_text_is_no_time(job):
    with pytest.raises(TypeError):
        job.to_arrow(timeout="soon")


def test_a_function_that_does_not_end_is_left_behind(applied, stats, entity_df):
    @on_demand_feature_view(sources=[stats], schema=[Field(name="late", dtype=Float64)])
    def late(inputs: pd.DataFrame) -> pd.DataFrame:
        # Not for the sample rows that it is tried on.
        time.sleep(8 if len(inputs) == 300 else 0)
        return pd.DataFrame({"late": inputs["conv_rate"].astype("float64")})

    applied.apply([late])
    job = applied.get_historical_features(entity_df=entity_df, features=["late:late"])
    begin = time.monotonic()
    with pytest.raises(TimeoutError, match="ended after the 0.2 s"):
        job.to_df(timeout=0.2)
    assert time.monotonic() - begin < 5
