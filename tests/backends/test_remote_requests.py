"""What a training set asks of an object store: few requests, only the bytes that matter, none of them twice."""

import itertools
import os
import subprocess
import sys
import uuid

import numpy
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from servers.relay import Relay

ROW_GROUPS = 8
ROW_GROUP_ROWS = 40_000
ROWS = ROW_GROUPS * ROW_GROUP_ROWS
START_S = 1_714_521_600
# The entity rows' times lie in these row groups; the TTL reaches not beyond them.
WANTED = range(2, 5)
# A footer comes with the end of its file.
END_BYTES = 64 << 10

PROGRAM = """
import datetime, sys
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import Float64, Int64, UnixTimestamp

path, features = sys.argv[1], sys.argv[3:]
store = FeatureStore(config=RepoConfig(project="requests", provider="local", registry="registry.db", online_store=None,
                                       entity_key_serialization_version=3))
driver = Entity(name="driver", join_keys=["driver_id"])
if features:
    source = FileSource(name="stats", path=path, timestamp_field="event_timestamp", created_timestamp_column="created")
    types = {"trips": Int64, "rate": Float64, "unused": Float64, "created": UnixTimestamp}
    schema = [Field(name="driver_id", dtype=Int64), *(Field(name=name, dtype=types[name]) for name in types)]
    store.apply([driver, FeatureView(name="stats", entities=[driver], ttl=datetime.timedelta(seconds=3), source=source,
                                     schema=schema)])
else:
    job = store.get_historical_features(sys.argv[2], features=[f"stats:{name}" for name in %r])
    job.to_parquet("out.parquet")
"""


@pytest.fixture(scope="module")
def table():
    random = numpy.random.default_rng(5)
    moments = START_S * 1_000_000 + numpy.arange(ROWS) * 1_000_000
    stamp = pa.timestamp("us", tz="UTC")
    return pa.table(
        {
            "event_timestamp": pa.array(moments).cast(stamp),
            "driver_id": random.integers(0, 50_000, ROWS),
            "unused": random.random(ROWS),
            "trips": random.integers(0, 1 << 40, ROWS),
            "rate": random.random(ROWS),
            "created": pa.array(moments + random.integers(0, 1 << 40, ROWS)).cast(stamp),
        }
    )


@pytest.fixture
def entity_rows(table, tmp_path):
    """Each is a source row's key, two seconds later."""
    first, last = WANTED.start * ROW_GROUP_ROWS + 10, WANTED.stop * ROW_GROUP_ROWS - 10
    chosen = (
        table.select(["driver_id", "event_timestamp"]).slice(first, last - first).take(list(range(0, last - first, 9)))
    )
    later = pa.array(chosen["event_timestamp"].cast(pa.int64()).to_numpy() + 2_000_000).cast(
        pa.timestamp("us", tz="UTC")
    )
    path = tmp_path / "entities.parquet"
    pq.write_table(chosen.set_column(1, "event_timestamp", later), path)
    return path


class Source:
    """Files in a bucket, and what was asked of them."""

    def __init__(self, server, folder, files, row_group_rows=ROW_GROUP_ROWS, **options):
        self.bucket = f"bucket-{uuid.uuid4().hex[:12]}"
        self.server, self.folder = server, folder
        server.create_bucket(self.bucket)
        self.metadata = {}
        for name, table in files.items():
            pq.write_table(table, folder / "file.parquet", row_group_size=row_group_rows, **options)
            self.metadata[name] = pq.read_metadata(folder / "file.parquet")
            with server.file_system().open_output_stream(f"{self.bucket}/{name}") as stream:
                stream.write((folder / "file.parquet").read_bytes())

    def run(self, path, entity_rows, features, *arguments, endpoint):
        program = PROGRAM % (features,)
        environment = {**os.environ, **self.server.environment, "AWS_ENDPOINT_URL": endpoint}
        environment["AWS_EC2_METADATA_DISABLED"] = "true"
        command = [sys.executable, "-c", program, f"s3://{self.bucket}/{path}", str(entity_rows), *arguments]
        subprocess.run(command, cwd=self.folder, env=environment, check=True, timeout=120)

    def join(self, path, entity_rows, features):
        """The answer; `requests` are those of the join alone."""
        self.run(path, entity_rows, features, "apply", endpoint=self.server.endpoint)
        with Relay(self.server.endpoint) as relay:
            self.run(path, entity_rows, features, endpoint=relay.endpoint)
        self.requests = relay.requests
        return pq.read_table(self.folder / "out.parquet")

    def ranges(self, name):
        assert all(each.range for each in self.gets(name)), "a whole object was read"
        return sorted(each.range for each in self.gets(name))

    def gets(self, name):
        return [each for each in self.requests if each.method == "GET" and each.path.split("?")[0].endswith(name)]

    def others(self):
        return [each for each in self.requests if each.range is None]

    def chunk(self, name, group, column):
        """The bytes of a column in a row group."""
        metadata = self.metadata[name]
        index = metadata.schema.to_arrow_schema().get_field_index(column)
        chunk = metadata.row_group(group).column(index)
        start = min(chunk.data_page_offset, chunk.dictionary_page_offset or chunk.data_page_offset)
        return start, start + chunk.total_compressed_size


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def expect_no_byte_twice(ranges):
    for before, after in itertools.pairwise(ranges):
        assert before[1] <= after[0], f"{before} and {after} were both fetched"


def expect_answer(answer, table, features):
    """Every entity row is two seconds behind a source row of its key, within the TTL."""
    source = table.to_pandas().set_index(["driver_id", "event_timestamp"])
    rows = answer.to_pandas()
    assert len(rows) > 1000
    import pandas

    at = pandas.MultiIndex.from_arrays([rows.driver_id, rows.event_timestamp - pandas.Timedelta(seconds=2)])
    for name in features:
        # A later row of the same key within the two seconds would win; there are few.
        assert (rows[name].to_numpy() == source[name].loc[at].to_numpy()).mean() > 0.99


def test_columns_are_fetched_together_and_only_what_may_matter(s3_server, tmp_path, table, entity_rows):
    source = Source(s3_server, tmp_path, {"one.parquet": table})
    expect_answer(source.join("one.parquet", entity_rows, ["trips", "rate"]), table, ["trips", "rate"])
    ranges = source.ranges("one.parquet")
    expect_no_byte_twice(ranges)
    # The footer; for each row group keys with times, the created timestamp behind other columns, and the features.
    assert len(ranges) <= 1 + 3 * len(WANTED), ranges
    end = max(last for _, last in ranges) - END_BYTES
    for group, column in itertools.product(range(ROW_GROUPS), table.column_names):
        chunk = source.chunk("one.parquet", group, column)
        fetched = sum(overlap(chunk, each) for each in ranges if each[0] < end)
        wanted = group in WANTED and column != "unused"
        assert fetched == (chunk[1] - chunk[0] if wanted else 0), f"{column} of row group {group}"
    assert len(source.others()) <= 1, source.others()


def test_a_feature_that_the_join_reads_too_is_fetched_once(s3_server, tmp_path, table, entity_rows):
    source = Source(s3_server, tmp_path, {"one.parquet": table})
    expect_answer(source.join("one.parquet", entity_rows, ["created", "trips"]), table, ["trips"])
    expect_no_byte_twice(source.ranges("one.parquet"))


def test_small_row_groups_are_one_request_each(s3_server, tmp_path, table, entity_rows):
    rows = 4_000
    source = Source(s3_server, tmp_path, {"one.parquet": table}, row_group_rows=rows)
    source.join("one.parquet", entity_rows, ["unused", "trips", "rate"])
    ranges = source.ranges("one.parquet")
    expect_no_byte_twice(ranges)
    footer = 2
    assert len(ranges) <= footer + len(WANTED) * ROW_GROUP_ROWS // rows, ranges


def test_small_files_are_one_request_each(s3_server, tmp_path, table, entity_rows):
    rows = 1_000
    first = WANTED.start * ROW_GROUP_ROWS
    files = {f"many/{i:02}.parquet": table.slice(first + i * rows, rows) for i in range(40)}
    source = Source(s3_server, tmp_path, files)
    source.join("many", entity_rows, ["unused", "trips", "rate"])
    for name in files:
        assert len(source.gets(name)) == 1, source.gets(name)
    # Is it a file, a folder, a Delta table? What is in it?
    assert len(source.others()) <= 5, source.others()
