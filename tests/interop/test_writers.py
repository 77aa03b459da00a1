"""Files of many writers, read through get_historical_features, hold what was written."""

import datetime as dt
import decimal
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import Float64

ROWS = 400
US = pa.timestamp("us", "UTC")
ASKED = dt.datetime(2025, 1, 1, tzinfo=dt.timezone.utc)
PLAIN = {
    "i8": pa.int8(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "i64": pa.int64(),
    "u8": pa.uint8(),
    "u16": pa.uint16(),
    "u32": pa.uint32(),
    "u64": pa.uint64(),
    "f32": pa.float32(),
    "f64": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
    "bytes": pa.binary(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "price": pa.decimal128(12, 3),
}
NESTED = {
    "list": pa.list_(pa.int64()),
    "texts": pa.list_(pa.string()),
    "struct": pa.struct([("a", pa.int64()), ("b", pa.string())]),
}


def value(kind: pa.DataType, rng: random.Random):
    if rng.random() < 0.15:
        return None
    if pa.types.is_integer(kind):
        low = -(2 ** (kind.bit_width - 1)) if pa.types.is_signed_integer(kind) else 0
        high = low + 2**kind.bit_width - 1
        return rng.choice([low, high, rng.randint(low, high), rng.randint(0, 9)])
    if pa.types.is_boolean(kind):
        return rng.random() < 0.5
    if pa.types.is_floating(kind):
        return rng.choice([0.5, -0.0, float(rng.randint(-1000, 1000)), rng.randint(0, 7) / 8])
    if pa.types.is_string(kind):
        return rng.choice(["", "x", "Zürich", "a longer text " * 3, str(rng.randint(0, 99))])
    if pa.types.is_binary(kind):
        return rng.randbytes(rng.randint(0, 20))
    if pa.types.is_date(kind):
        return dt.date(1970, 1, 1) + dt.timedelta(days=rng.randint(-20000, 40000))
    if pa.types.is_timestamp(kind):
        return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=rng.randint(-(10**15), 4 * 10**15))
    if pa.types.is_decimal(kind):
        return decimal.Decimal(rng.randint(-(10**9), 10**9)) / 1000
    if pa.types.is_list(kind):
        return [value(kind.value_type, rng) for _ in range(rng.randint(0, 3))]
    return {kind.field(i).name: value(kind.field(i).type, rng) for i in range(kind.num_fields)}


def table(seed: int, kinds: dict[str, pa.DataType]) -> pa.Table:
    rng = random.Random(seed)
    columns = {
        "k": pa.array([rng.randint(0, ROWS // 3) for _ in range(ROWS)], pa.int64()),
        "ts": pa.array([dt.datetime(2024, 1, 1) + dt.timedelta(seconds=i) for i in range(ROWS)], pa.timestamp("us")),
    }
    for name, kind in kinds.items():
        columns[name] = pa.array([value(kind, rng) for _ in range(ROWS)], kind)
    return pa.table(columns)


def write_pyarrow(rows, path, seed):
    pq.write_table(
        rows,
        path,
        data_page_version=random.Random(seed).choice(["1.0", "2.0"]),
        row_group_size=90,
        write_page_index=seed % 2 == 0,
        use_dictionary=seed % 3 != 0,
        compression=["none", "snappy", "zstd"][seed % 3],
    )


def write_polars(rows, path, seed):
    pytest.importorskip("polars").from_arrow(rows).write_parquet(path, row_group_size=90, statistics=seed % 2 == 0)


def write_polars_through_arrow(rows, path, seed):
    # Its texts are views, and the file says so.
    pl = pytest.importorskip("polars")
    pq.write_table(pa.table(pl.from_arrow(rows)), path)  # pyarrow cannot slice them into row groups


def write_duckdb(rows, path, seed):
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("rows", rows)
    connection.sql(f"COPY rows TO '{path}' (FORMAT parquet, PARQUET_VERSION {['V1', 'V2'][seed % 2]})")


def write_datafusion(rows, path, seed):
    datafusion = pytest.importorskip("datafusion")
    context = datafusion.SessionContext()
    context.from_arrow(rows).write_parquet(str(path))


def write_fastparquet(rows, path, seed):
    fastparquet = pytest.importorskip("fastparquet")
    frame = rows.to_pandas()
    # As INT96 it takes the number of any unit for nanoseconds.
    for name in ("ts", "moment"):
        frame[name] = frame[name].astype("datetime64[ns]")
    fastparquet.write(str(path), frame, times=["int64", "int96"][seed % 2])


def write_chdb(rows, path, seed):
    session = pytest.importorskip("chdb.session").Session()
    source = str(path) + ".in"
    pq.write_table(rows, source)
    session.query(f"INSERT INTO FUNCTION file('{path}', 'Parquet') SELECT * FROM file('{source}', 'Parquet')")


WRITERS = {
    "pyarrow": (write_pyarrow, {**PLAIN, **NESTED}),
    "polars": (write_polars, {**PLAIN, **NESTED}),
    "polars_through_arrow": (write_polars_through_arrow, {**PLAIN, **NESTED}),
    "duckdb": (write_duckdb, {**PLAIN, **NESTED}),
    "datafusion": (write_datafusion, {**PLAIN, **NESTED}),
    "fastparquet": (
        write_fastparquet,
        {name: PLAIN[name] for name in ("f32", "f64", "text", "moment")},
    ),
    "chdb": (write_chdb, {name: PLAIN[name] for name in PLAIN if name not in ("bytes", "price")}),
}


def retrieved(path, features, folder):
    store = FeatureStore(
        config=RepoConfig(
            project="p",
            registry=f"{folder}/r.db",
            provider="local",
            offline_store={"type": "file"},
            online_store={"type": "sqlite", "path": f"{folder}/o.db"},
            entity_key_serialization_version=3,
        )
    )
    entity = Entity(name="e", join_keys=["k"])
    source = FileSource(name="s", path=str(path), timestamp_field="ts")
    view = FeatureView(name="v", entities=[entity], ttl=dt.timedelta(0), source=source)
    store.apply([entity, source, view])
    keys = list(range(ROWS // 3 + 2))
    rows = pa.table({"k": keys, "event_timestamp": pa.array([ASKED] * len(keys), US)})
    return store.get_historical_features(entity_df=rows, features=[f"v:{name}" for name in features]).to_arrow()


def expected(rows, path, writer):
    """The newest row of each key: of what was written, or by pyarrow's reading where the writer has fewer types."""
    newest = {}
    if writer in ("fastparquet", "datafusion", "chdb"):
        rows = pq.read_table(path)
    for row in sorted(rows.to_pylist(), key=lambda row: row["ts"]):
        newest[row["k"]] = row
    return newest


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("writer", WRITERS)
def test_rows_of(writer, seed, tmp_path):
    write, kinds = WRITERS[writer]
    path = tmp_path / "a.parquet"
    rows = table(seed, kinds)
    write(rows, path, seed)
    newest = expected(rows, path, writer)
    result = retrieved(path, list(kinds), tmp_path).to_pylist()
    assert len(result) == ROWS // 3 + 2
    for row in result:
        for name in kinds:
            assert row[name] == newest.get(row["k"], {}).get(name), (row["k"], name)


@pytest.mark.parametrize("seed", range(3))
def test_a_source_of_all_writers(seed, tmp_path):
    """One folder, a file of each; every writer has its own types for the same columns."""
    shared = ("i32", "i64", "f64", "text", "moment", "flag")
    kinds = {name: PLAIN[name] for name in shared}
    folder = tmp_path / "all"
    folder.mkdir()
    newest = {}
    names = ["pyarrow", "polars", "polars_through_arrow", "duckdb"]
    for number, writer in enumerate(random.Random(seed).sample(names, len(names))):
        rows = table(seed * 10 + number, kinds)
        # Later files have later rows.
        moments = [moment + dt.timedelta(days=number) for moment in rows["ts"].to_pylist()]
        rows = rows.set_column(1, "ts", pa.array(moments, pa.timestamp("us")))
        path = folder / f"{number}.parquet"
        WRITERS[writer][0](rows, path, seed)
        newest.update(expected(rows, path, writer))
    for row in retrieved(folder, list(kinds), tmp_path).to_pylist():
        for name in kinds:
            assert row[name] == newest.get(row["k"], {}).get(name), (row["k"], name)


def test_declared_type_that_the_file_contradicts_is_refused(tmp_path):
    pq.write_table(table(0, {"text": pa.string()}), tmp_path / "a.parquet")
    store = FeatureStore(
        config=RepoConfig(project="p", registry=f"{tmp_path}/r.db", provider="local", online_store=None)
    )
    entity = Entity(name="e", join_keys=["k"])
    source = FileSource(name="s", path=f"{tmp_path}/a.parquet", timestamp_field="ts")
    view = FeatureView(name="v", entities=[entity], source=source, schema=[Field(name="text", dtype=Float64)])
    with pytest.raises(Exception, match="'text'"):
        store.apply([entity, source, view])
