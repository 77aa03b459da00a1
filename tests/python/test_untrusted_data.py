"""What others made and does not hold what it says: encrypted columns, damaged statistics, arrays that point outside themselves."""

import base64
import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import Int64

MOMENTS = pa.timestamp("us", "UTC")
ROWS = pa.table({"k": [1], "ts": pa.array([1], MOMENTS), "open": [7], "secret": [8]})


class Kms(pe.KmsClient):
    """Keeps nothing secret."""

    def __init__(self, config):
        super().__init__()

    def wrap_key(self, key, master):
        return base64.b64encode(key)

    def unwrap_key(self, key, master):
        return base64.b64decode(key)


def write_encrypted(path, columns):
    """The footer stays readable, as Parquet has it for readers without keys."""
    config = pe.EncryptionConfiguration(
        footer_key="f", column_keys={"c": columns}, plaintext_footer=True, double_wrapping=False
    )
    properties = pe.CryptoFactory(Kms).file_encryption_properties(pe.KmsConnectionConfig(), config)
    with pq.ParquetWriter(path, ROWS.schema, encryption_properties=properties) as writer:
        writer.write_table(ROWS)


def store_on(tmp_path, path):
    config = RepoConfig(
        project="p",
        registry=str(tmp_path / "r.db"),
        provider="local",
        offline_store={"type": "file"},
        online_store={"type": "sqlite", "path": str(tmp_path / "o.db")},
        entity_key_serialization_version=3,
    )
    store = FeatureStore(config=config)
    entity = Entity(name="e", join_keys=["k"])
    fields = [Field(name=name, dtype=Int64) for name in ("k", "open", "secret")]
    view = FeatureView(
        name="v",
        entities=[entity],
        ttl=datetime.timedelta(0),
        schema=fields,
        source=FileSource(name="s", path=str(path), timestamp_field="ts"),
    )
    store.apply([entity, view.batch_source, view])
    return store


def values(store, feature, keys=None):
    keys = pa.array([1]) if keys is None else keys
    rows = pa.table({"k": keys, "event_timestamp": pa.array([9] * len(keys), MOMENTS)})
    return store.get_historical_features(rows, [f"v:{feature}"]).to_arrow()[feature].to_pylist()


@pytest.mark.parametrize("column", ["secret", "k", "ts"])
def test_an_encrypted_column_is_an_error_that_names_it(tmp_path, column):
    write_encrypted(tmp_path / "a.parquet", [column])
    store = store_on(tmp_path, tmp_path / "a.parquet")
    with pytest.raises(Exception, match=rf"a\.parquet.*column '{column}' is encrypted"):
        values(store, "secret")


def test_what_is_not_encrypted_is_read(tmp_path):
    write_encrypted(tmp_path / "a.parquet", ["secret"])
    assert values(store_on(tmp_path, tmp_path / "a.parquet"), "open") == [7]


def test_bounds_of_no_bytes_tell_nothing(tmp_path):
    key = 0x1122334455667788
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"k": [key], "ts": pa.array([1], MOMENTS), "open": [7], "secret": [8]}), path)
    whole = path.read_bytes()
    size = int.from_bytes(whole[-8:-4], "little")
    body, footer = whole[: -8 - size], whole[-8 - size : -8]
    bound = b"\x08" + key.to_bytes(8, "little")
    assert footer.count(bound) >= 2
    footer = footer.replace(bound, b"\x00")
    path.write_bytes(body + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    assert values(store_on(tmp_path, path), "open", pa.array([key])) == [7]


@pytest.mark.parametrize("position", [1, -5, 2**30, -(2**31)])
def test_positions_outside_a_dictionary_are_refused(tmp_path, position):
    pq.write_table(ROWS, tmp_path / "a.parquet")
    store = store_on(tmp_path, tmp_path / "a.parquet")
    keys = pa.DictionaryArray.from_arrays(pa.array([0, position], pa.int32()), pa.array([1]), safe=False)
    with pytest.raises(ValueError, match="Column 'k' is damaged"):
        values(store, "open", keys)


def test_offsets_that_do_not_ascend_are_refused(tmp_path):
    pq.write_table(ROWS, tmp_path / "a.parquet")
    store = store_on(tmp_path, tmp_path / "a.parquet")
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 2**30, 1)))
    keys = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a")])
    with pytest.raises(ValueError, match="Column 'k' is damaged"):
        values(store, "open", keys)


def test_an_error_shows_names_that_are_no_text(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(ROWS, path, store_schema=False)
    store = store_on(tmp_path, path)
    path.write_bytes(path.read_bytes().replace(b"open", b"op\xffn"))
    with pytest.raises(Exception, match="does not have: 'open'.*op\ufffdn"):
        values(store, "open")
