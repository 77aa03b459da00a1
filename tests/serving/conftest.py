"""A feature repo that is materialized to SQLite, and `feast serve` on it."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

FEAST = pathlib.Path(sys.executable).parent / "feast"
REPO = """
from datetime import timedelta

import pandas as pd

from feast import Entity, FeatureService, FeatureView, Field, FileSource, PushSource, RequestSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Array, Bytes, Float32, Float64, Int64, String

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
source = FileSource(name="files", path="data/stats.parquet", timestamp_field="event_timestamp")
stats = FeatureView(
    name="stats",
    entities=[driver],
    schema=[
        Field(name="driver_id", dtype=Int64),
        Field(name="trips", dtype=Int64),
        Field(name="rate", dtype=Float32),
        Field(name="name", dtype=String),
        Field(name="recent", dtype=Array(Int64)),
        Field(name="photo", dtype=Bytes),
    ],
    source=source,
    ttl=timedelta(days=1),
)
other = FeatureView(
    name="other",
    entities=[driver],
    schema=[Field(name="driver_id", dtype=Int64), Field(name="trips", dtype=Int64)],
    source=PushSource(name="pushed", batch_source=source),
    ttl=timedelta(days=1),
)
request = RequestSource(name="request", schema=[Field(name="factor", dtype=Float64)])


@on_demand_feature_view(sources=[stats, request], schema=[Field(name="scaled", dtype=Float64)])
def scaling(inputs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"scaled": inputs["trips"] * inputs["factor"]})


model = FeatureService(name="model", features=[stats[["trips", "rate"]], scaling])
"""
YAML = """
project: rides
provider: local
registry: data/registry.db
online_store:
  type: sqlite
  path: data/online.db
entity_key_serialization_version: 3
"""


class Client:
    """Speaks HTTP as any program does."""

    def __init__(self, url, token=None):
        self.url = url
        self.headers = {"content-type": "application/json"}
        if token:
            self.headers["authorization"] = f"Bearer {token}"

    def send(self, path, body=None, method=None, headers=None):
        """(status, body, headers)"""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {**self.headers, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def features(self, **body):
        status, text, _ = self.send("/get-online-features", body)
        return status, json.loads(text)


class Server:
    def __init__(self, repo, *options, environment=None):
        self.process = subprocess.Popen(
            [FEAST, "serve", "-p", "0", *options],
            cwd=repo,
            env={**os.environ, "FEAST_PYTHON": sys.executable, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.headline = self.process.stdout.readline()
        if not self.headline:
            raise RuntimeError(self.process.communicate()[1])
        self.url = self.headline.split(" at ")[1].split(" ")[0]
        self.port = int(self.url.rsplit(":", 1)[1])

    def client(self, token=None):
        return Client(self.url, token)

    def stop(self, number=signal.SIGTERM):
        """(exit code, standard output, standard error)"""
        if self.process.poll() is None:
            self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output, errors


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """Applied and materialized once for all tests that only read."""
    return fill(tmp_path_factory.mktemp("rides"))


def fill(folder):
    import datetime

    import pyarrow as pa
    import pyarrow.parquet as pq

    noon = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.timezone.utc)
    (folder / "data").mkdir()
    rows = {
        "driver_id": [1, 2, 3],
        "event_timestamp": pa.array([noon, noon, noon], pa.timestamp("us", "UTC")),
        "trips": [10, 20, None],
        "rate": pa.array([0.1, 1.0, 1e-5], pa.float32()),
        "name": ['a "quoted" é', "b", None],
        "recent": [[1, 2], [], None],
        "photo": pa.array([b"\x00\xff", b"", None], pa.binary()),
    }
    pq.write_table(pa.table(rows), folder / "data" / "stats.parquet")
    (folder / "feature_store.yaml").write_text(YAML)
    (folder / "definitions.py").write_text(REPO)
    environment = {**os.environ, "FEAST_PYTHON": sys.executable}
    for command in (["apply"], ["materialize", "2026-04-01", "2026-06-01"]):
        subprocess.run([FEAST, *command], cwd=folder, check=True, env=environment, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session")
def server(filled):
    running = Server(filled, "--no-access-log")
    yield running
    running.stop()


@pytest.fixture
def client(server):
    return server.client()


@pytest.fixture
def own_repo(tmp_path):
    """For tests that write."""
    return fill(tmp_path)


@pytest.fixture
def serve():
    """Starts servers that end with the test."""
    running = []

    def start(repo, *options, **named):
        running.append(Server(repo, *options, **named))
        return running[-1]

    yield start
    for each in running:
        each.stop()
