"""An online store of one type, on a real server, and a feature repo that uses it."""

import datetime
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource
from feast.types import (
    Array,
    Bool,
    Bytes,
    Float32,
    Float64,
    Int32,
    Int64,
    String,
    UnixTimestamp,
)
from feast.value_type import ValueType

UTC = datetime.timezone.utc
START = datetime.datetime(2024, 5, 1, tzinfo=UTC)

# Of each type: a value, another one and the form in which it comes back.
TYPES = {
    "text": (String, ["plain", ""]),
    "bytes": (Bytes, [b"\x00\xff\r\n", b""]),
    "small": (Int32, [-(2**31), 0]),
    "large": (Int64, [2**63 - 1, 0]),
    "single": (Float32, [0.5, -0.0]),
    "double": (Float64, [1e300, 0.0]),
    "flag": (Bool, [True, False]),
    "moment": (UnixTimestamp, [START, START + datetime.timedelta(days=1)]),
    "numbers": (Array(Int64), [[1, 2, 3], []]),
    "doubles": (Array(Float64), [[0.1], []]),
    "texts": (Array(String), [["a", "b"], []]),
}
ARROW = {
    "String": pa.string(),
    "Bytes": pa.binary(),
    "Int32": pa.int32(),
    "Int64": pa.int64(),
    "Float32": pa.float32(),
    "Float64": pa.float64(),
    "Bool": pa.bool_(),
    "UnixTimestamp": pa.timestamp("us", "UTC"),
    "Array(Int64)": pa.list_(pa.int64()),
    "Array(Float64)": pa.list_(pa.float64()),
    "Array(String)": pa.list_(pa.string()),
}
EVENT_TIME = pa.field("event_timestamp", pa.timestamp("us", "UTC"))


def hour(number):
    return START + datetime.timedelta(hours=number)


class OnlinePlace:
    """A repo whose project no other test has. `block`: what `online_store:` is."""

    def __init__(self, name, folder, block, key_version=3, project=None):
        self.name = name
        self.folder = folder
        self.project = project or "p" + uuid.uuid4().hex[:10]
        self.write_yaml(block, key_version)
        (folder / "data").mkdir(exist_ok=True)
        self.driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
        self.shop = Entity(name="shop", join_keys=["shop_code"], value_type=ValueType.STRING)

    def write_yaml(self, block, key_version=3):
        self.block = block
        config = {
            "project": self.project,
            "provider": "local",
            "registry": "data/registry.db",
            "offline_store": {"type": "file"},
            "online_store": block,
            "entity_key_serialization_version": key_version,
        }
        (self.folder / "feature_store.yaml").write_text(yaml.safe_dump(config))

    @property
    def store(self):
        """Made anew, as another program would."""
        return FeatureStore(repo_path=str(self.folder))

    def view(self, name, features, entities=None, keys=None):
        """A view, with an empty file behind it until a test fills it."""
        entities = [self.driver] if entities is None else entities
        keys = [Field(name="driver_id", dtype=Int64)] if keys is None else keys
        fields = [Field(name=feature, dtype=dtype) for feature, dtype in features.items()]
        path = self.folder / "data" / f"{name}.parquet"
        if not path.exists():
            columns = [(field.name, ARROW[str(field.dtype)]) for field in [*keys, *fields]]
            pq.write_table(pa.schema([*columns, EVENT_TIME]).empty_table(), path)
        source = FileSource(name=f"{name}_file", path=str(path), timestamp_field="event_timestamp")
        pushed = PushSource(name=f"{name}_push", batch_source=source)
        return FeatureView(
            name=name, entities=entities, schema=[*keys, *fields], source=pushed, ttl=datetime.timedelta(0)
        )

    def stats(self, name="stats"):
        return self.view(name, {"trips": Int64, "label": String})

    def rows(self, drivers, trips, moments, label="x"):
        return pa.table(
            {
                "driver_id": pa.array(drivers, pa.int64()),
                "event_timestamp": pa.array(moments, pa.timestamp("us", "UTC")),
                "trips": pa.array(trips, pa.int64()),
                "label": pa.array([label] * len(drivers), pa.string()),
            }
        )

    def read(self, features, store=None, **keys):
        answer = (store or self.store).get_online_features(features, keys).to_dict()
        return {name: values for name, values in answer.items() if name not in keys}
