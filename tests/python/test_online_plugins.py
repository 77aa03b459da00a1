"""Values in online stores and providers of the user's own, written and read by Feast's methods."""

import datetime
import sqlite3
import sys
import textwrap
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource, RepoConfig, ValueType
from feast.types import Array, Int64, String

UTC = datetime.timezone.utc

STORE = """
import sqlite3
from datetime import timezone
from typing import Literal

from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.online_store import OnlineStore
from feast.protos.feast.types.Value_pb2 import Value
from feast.repo_config import FeastConfigBaseModel


class RowsOnlineStoreConfig(FeastConfigBaseModel):
    type: Literal["{module}.RowsOnlineStore"] = "{module}.RowsOnlineStore"
    path: str
    lost_rows: int = 0


class RowsOnlineStore(OnlineStore):
    connection = None

    def rows(self, config):
        if self.connection is None:
            self.connection = sqlite3.connect(config.online_store.path)  # of one thread
        return self.connection

    def online_write_batch(self, config, table, data, progress):
        for entity_key, values, moment, created in data:
            key = serialize_entity_key(entity_key, config.entity_key_serialization_version)
            assert list(entity_key.join_keys) == sorted(table.join_keys or ["__dummy_id"])
            for name, value in values.items():
                row = (key, name, value.SerializeToString(), moment.timestamp(), created and created.timestamp())
                self.rows(config).execute(f"REPLACE INTO {table.name} VALUES (?, ?, ?, ?, ?)", row)
        self.rows(config).commit()
        progress(len(data))

    def online_read(self, config, table, entity_keys, requested_features=None):
        from datetime import datetime

        answers = []
        for entity_key in entity_keys[config.online_store.lost_rows :]:
            key = serialize_entity_key(entity_key, config.entity_key_serialization_version)
            found = self.rows(config).execute(f"SELECT name, value, moment FROM {table.name} WHERE key = ?", (key,))
            values, when = {}, None
            for name, value, moment in found:
                if name in requested_features:
                    values[name] = Value.FromString(value)
                    when = datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None)
            answers.append((when, values) if when else (None, None))
        return answers

    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial):
        for table in tables_to_keep:
            self.rows(config).execute(
                f"CREATE TABLE IF NOT EXISTS {table.name}(key, name, value, moment, created, PRIMARY KEY(key, name))"
            )

    def teardown(self, config, tables, entities):
        pass
"""
PROVIDER = """
from feast.infra.passthrough_provider import PassthroughProvider

calls = []


class NotingProvider(PassthroughProvider):
    def online_write_batch(self, config, table, data, progress):
        calls.append(("write", len(data)))
        super().online_write_batch(config, table, data, progress)

    def online_read(self, config, table, entity_keys, requested_features=None):
        calls.append(("read", list(requested_features)))
        return super().online_read(config, table, entity_keys, requested_features)
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    def make(source):
        name = "plugin_" + uuid.uuid4().hex[:8]
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(source).replace("{module}", name))
        monkeypatch.syspath_prepend(str(tmp_path))
        return name

    return make


def opened(tmp_path, version=3, **changes):
    values = {
        "project": "demo",
        "registry": str(tmp_path / "registry.db"),
        "repo_path": tmp_path,
        "offline_store": "file",
    }
    settings = RepoConfig(**{**values, "provider": "local", "entity_key_serialization_version": version, **changes})
    rows = {
        "driver": pa.array([1, 2], pa.int64()),
        "shop": ["a", "b"],
        "event_timestamp": pa.array([hour(1), hour(2)], pa.timestamp("us", "UTC")),
        "trips": pa.array([10, None], pa.int64()),
        "recent": pa.array([[1, 2], []], pa.list_(pa.int64())),
    }
    pq.write_table(pa.table(rows), tmp_path / "rows.parquet")
    source = FileSource(name="rows", path=str(tmp_path / "rows.parquet"), timestamp_field="event_timestamp")
    driver = Entity(name="driver", join_keys=["driver"], value_type=ValueType.INT64)
    shop = Entity(name="shop", join_keys=["shop"], value_type=ValueType.STRING)
    fields = [Field(name="trips", dtype=Int64), Field(name="recent", dtype=Array(Int64))]
    keys = [Field(name="shop", dtype=String), Field(name="driver", dtype=Int64)]
    pushed = PushSource(name="pushed", batch_source=source)
    both = FeatureView(name="both", entities=[shop, driver], schema=[*keys, *fields], source=pushed)
    alone = FeatureView(name="alone", entities=[], schema=fields[:1], source=source)
    store = FeatureStore(config=settings)
    store.apply([driver, shop, both, alone])
    return store


def hour(number):
    return datetime.datetime(2024, 5, 1, number, tzinfo=UTC)


def read(store):
    rows = [{"driver": 1, "shop": "a"}, {"driver": 2, "shop": "b"}, {"driver": 2, "shop": "a"}]
    answer = store.get_online_features(["both:trips", "both:recent", "alone:trips"], rows, full_feature_names=True)
    found = answer.to_dict(include_event_timestamps=True)
    return {name: found[name] for name in ("both__trips", "both__recent", "alone__trips", "both__trips__ts")}


EXPECTED = {
    "both__trips": [10, None, None],
    "both__recent": [[1, 2], [], None],
    "alone__trips": [None, None, None],
    "both__trips__ts": [int(hour(1).timestamp()), int(hour(2).timestamp()), 0],
}


@pytest.mark.parametrize("version", [2, 3])
def test_a_store_of_ones_own_is_written_and_read(module, tmp_path, version):
    online = {"type": module(STORE) + ".RowsOnlineStore", "path": str(tmp_path / "rows.sqlite")}
    store = opened(tmp_path, version, online_store=online)
    store.materialize(hour(0), hour(9))
    assert read(store) == EXPECTED
    frame = pa.table({"driver": [7], "shop": ["z"], "event_timestamp": [hour(3)], "trips": [70], "recent": [[7]]})
    store.push("pushed", frame.to_pandas())
    answer = store.get_online_features(["both:trips"], [{"driver": 7, "shop": "z"}]).to_dict()
    assert answer["trips"] == [70]
    with sqlite3.connect(tmp_path / "rows.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM both").fetchone() == (6,)


def test_a_store_that_answers_too_little_is_told(module, tmp_path):
    online = {"type": module(STORE) + ".RowsOnlineStore", "path": str(tmp_path / "rows.sqlite"), "lost_rows": 1}
    store = opened(tmp_path, online_store=online)
    with pytest.raises(ValueError, match="online_read.. was asked for 3 keys and returned 2 rows"):
        read(store)


def test_a_provider_of_ones_own_passes_on_to_the_engines_store(module, tmp_path):
    name = module(PROVIDER)
    online = {"type": "sqlite", "path": str(tmp_path / "online.db")}
    store = opened(tmp_path, provider=f"{name}.NotingProvider", online_store=online)
    store.write_to_online_store("both", pq.read_table(tmp_path / "rows.parquet"))
    assert read(store) == EXPECTED
    calls = sys.modules[name].calls
    assert ("write", 2) in calls and ("read", ["trips", "recent"]) in calls
