"""Runs the cases of point_in_time/ on the offline stores that are at hand."""

import pathlib
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import from_value_type
from feast.value_type import ValueType

CASES = sorted((pathlib.Path(__file__).parent / "point_in_time").glob("*.test"))
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
NAMED_TYPES = {
    "string": pa.string(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamp_ms": pa.timestamp("ms", tz="UTC"),
    "timestamp_ns": pa.timestamp("ns", tz="UTC"),
    "naive": pa.timestamp("us"),
}


class Case:
    def __init__(self, path):
        self.ttl, self.flags, self.tables = timedelta(0), set(), {}
        rows = None
        for line in path.read_text().splitlines():
            line = line.split("#")[0].strip()
            if not line:
                continue
            if line.startswith("["):
                rows = self.tables.setdefault(line.strip("[]"), [])
            elif rows is not None:
                rows.append(line.split())
            elif line.startswith("ttl "):
                self.ttl = timedelta(**{UNITS[line[-1]]: int(line[4:-1])})
            else:
                self.flags.add(line)

    def table(self, name):
        header, *rows = self.tables[name]
        columns = {}
        for index, title in enumerate(header):
            column, _, type_name = title.partition(":")
            values = pa.array([None if row[index] == "null" else row[index] for row in rows], pa.string())
            columns[column] = (
                values.cast(pa.timestamp("us", tz="UTC")).cast(arrow_type(column, type_name))
                if is_time(column, type_name)
                else values.cast(arrow_type(column, type_name))
            )
        return pa.table(columns)


def is_time(column, type_name):
    return type_name.startswith(("timestamp", "naive")) or (not type_name and column in ("event_timestamp", "created"))


def arrow_type(column, type_name):
    if type_name:
        return NAMED_TYPES.get(type_name) or pa.type_for_alias(type_name)
    if column in ("event_timestamp", "created"):
        return pa.timestamp("us", tz="UTC")
    return pa.int64() if column.endswith("_id") else pa.float64()


def join(case, folder, row_group_rows):
    source = case.table("source")
    pq.write_table(source, folder / "source.parquet", row_group_size=row_group_rows)
    keys = [] if "no_entities" in case.flags else [c for c in source.column_names if c.endswith("_id")]
    features = [c for c in source.column_names if c not in (*keys, "event_timestamp", "created")]
    store = FeatureStore(
        config=RepoConfig(
            project="conformance",
            provider="local",
            registry=str(folder / "registry.db"),
            online_store="null",
            offline_store="file",
            repo_path=folder,
        )
    )
    file = FileSource(
        name="source",
        path="source.parquet",
        timestamp_field="event_timestamp",
        created_timestamp_column="" if "no_created" in case.flags else "created",
    )
    entities = [Entity(name=key, join_keys=[key], value_type=ValueType.UNKNOWN) for key in keys]
    kinds = {"double": ValueType.DOUBLE, "int64": ValueType.INT64, "string": ValueType.STRING}
    view = FeatureView(
        name="view",
        entities=entities,
        ttl=case.ttl,
        source=file,
        schema=[Field(name=f, dtype=from_value_type(kinds[str(source.schema.field(f).type)])) for f in features],
    )
    store.apply([*entities, file, view])
    job = store.get_historical_features(
        entity_df=case.table("entities"),
        features=[f"view:{f}" for f in features],
        filter_by_created_timestamp="filter_by_created" in case.flags,
    )
    return job.to_arrow(), features


@pytest.mark.parametrize("row_group_rows", [1000, 1], ids=["one row group", "a row group a row"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_file_store(path, row_group_rows, tmp_path):
    case = Case(path)
    result, features = join(case, tmp_path, row_group_rows)
    entities = case.table("entities")
    assert result.num_rows == entities.num_rows
    for column in entities.column_names:
        if column != "event_timestamp":
            assert result[column].to_pylist() == entities[column].to_pylist(), column
    expected = case.table("expected")
    assert sorted(expected.column_names) == sorted(features)
    for feature in features:
        assert result[feature].to_pylist() == expected[feature].to_pylist(), feature
