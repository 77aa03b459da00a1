"""Both sides make the same messages of Python values, and the same Python values of messages."""

import ast

# Runs on both sides; bytes of maps are in no order of their own, and those of sets neither.
PROGRAM = """
import datetime, decimal, uuid, zoneinfo
import numpy, pandas
from feast import ValueType, type_map

D, ID = decimal.Decimal, uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NOON = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
NEW_YORK = NOON.astimezone(zoneinfo.ZoneInfo("America/New_York"))
WEST = NOON.astimezone(datetime.timezone(datetime.timedelta(hours=-7)))
CASES = {
    "INT32": [1, numpy.int32(4), 2.0, float("nan"), [1]], "INT64": [pandas.Timestamp(NOON)], "FLOAT": [numpy.float32(2.5)],
    "DOUBLE": [1.5, 2, D("3.5"), float("nan")], "STRING": ["a", 5, ""], "BYTES": [b"a", b""], "PDF_BYTES": [b"a"],
    "IMAGE_BYTES": [b"a"], "BOOL": [True, numpy.bool_(False), 1], "UUID": [ID, str(ID)], "TIME_UUID": [ID],
    "DECIMAL": [D("1.50"), "2.5"], "UNIX_TIMESTAMP": [NOON, NEW_YORK, datetime.datetime(2024, 1, 1), 5, float("nan"),
    numpy.datetime64("NaT"), numpy.datetime64("2024-01-01"), pandas.Timestamp("2024-01-01")],
    "ZONED_TIMESTAMP": [NEW_YORK, WEST, datetime.datetime(2024, 1, 1), pandas.NaT],
    "INT32_LIST": [[1, None], [], numpy.array([1, 2])], "INT64_LIST": [[1]], "FLOAT_LIST": [[1.5, None]],
    "DOUBLE_LIST": [numpy.array([1.5])], "STRING_LIST": [["a", None]], "BOOL_LIST": [[True, numpy.bool_(False)]],
    "BYTES_LIST": [[b"a", None]], "UNIX_TIMESTAMP_LIST": [[NOON, None, 5]], "UUID_LIST": [[ID, str(ID)]],
    "TIME_UUID_LIST": [[ID]], "DECIMAL_LIST": [[D("1.5"), "2"]], "INT32_SET": [{1}, [1, 1], set()], "INT64_SET": [{1}],
    "FLOAT_SET": [{1.5}], "DOUBLE_SET": [{1.5}], "STRING_SET": [{"a"}], "BOOL_SET": [{True}], "BYTES_SET": [{b"a"}],
    "UNIX_TIMESTAMP_SET": [{NOON}], "UUID_SET": [{ID}], "TIME_UUID_SET": [{ID}], "DECIMAL_SET": [{D("1.5")}],
    "MAP": [{"a": {"e": [1.5]}}, {"f": [{"g": 1}]}, {"h": NOON}, {"i": ID}, {"j": None}, '{"x": 1}', {}],
    "MAP_LIST": [[{"a": 1}, {}], '[{"a": 2}]'], "STRUCT": [{"a": 1}, '{"a": "b"}'], "STRUCT_LIST": [[{"a": 1}]],
    "JSON": ['{"a": 1}', {"b": [1]}, [1], 5, "null"], "JSON_LIST": [['{"a": 1}', {"b": 1}], []],
    "VALUE_LIST": [[[1], [2, 3]], [[], None], [[[1]], [[2]]], [{1}]], "VALUE_SET": [[[1], [2]]],
    "SCALAR_MAP": [{1: "a"}, {ID: 1}, {D("1.5"): None}, {b"x": 1}, {1.5: [1]}, {NOON: "t"}, {numpy.int32(4): 1}],
    "UNKNOWN": [7], "NULL": [],
}
assert set(CASES) == {kind.name for kind in ValueType}
made = {}
for name, values in CASES.items():
    messages = type_map.python_values_to_proto_values(values + [None], ValueType[name]) if values else []
    read = [repr(type_map.feast_value_type_to_python_type(message)) for message in messages]
    made[name] = [(message.SerializeToString(deterministic=True), back) for message, back in zip(messages, read)]
print(made)
"""


def test_values_of_every_type_are_the_same_on_both_sides(ours, theirs, tmp_path):
    mine, his = (ast.literal_eval(side.script(PROGRAM, cwd=tmp_path).splitlines()[-1]) for side in (ours, theirs))
    assert mine == his and sum(len(values) for values in mine.values()) > 100


ONLINE = """
import datetime
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Array, Decimal, Int64, Json, String, Struct, Uuid

open("feature_store.yaml", "w").write(
    "project: t\\nprovider: local\\nregistry: r.db\\nonline_store: {type: sqlite, path: o.db}\\n"
)
row = {"k": [1], "ts": [pd.Timestamp("2026-01-01", tz="UTC")], "j": ['{"a": 1}'], "s": [{"a": "q", "b": 1}],
       "l": [[[1], [2, 3]]], "u": ["6ba7b810-9dad-11d1-80b4-00c04fd430c8"], "d": ["1.50"], "t": ["x"], "i": [5]}
pd.DataFrame(row).to_parquet("x.parquet")
kinds = {"j": Json, "s": Struct({"a": String, "b": Int64}), "l": Array(Array(Int64)), "u": Uuid, "d": Decimal, "t": String,
         "i": Int64}
view = FeatureView(name="v", entities=[Entity(name="k", value_type=ValueType.INT64)], ttl=datetime.timedelta(days=9999),
    schema=[Field(name=name, dtype=kind) for name, kind in kinds.items()],
    source=FileSource(name="s", path="x.parquet", timestamp_field="ts"))
store = FeatureStore(".")
store.apply([Entity(name="k", value_type=ValueType.INT64), view])
store.materialize(datetime.datetime(2025, 1, 1), datetime.datetime(2026, 2, 1))
answer = store.get_online_features([f"v:{name}" for name in kinds], [{"k": 1}, {"k": 2}])
shown = {name: [sorted(v.items()) if isinstance(v, dict) else v for v in values] for name, values in answer.to_dict().items()}
print(sorted(shown.items()), sorted(answer.to_arrow().drop_columns(["s", "j"]).to_pydict().items()))
"""


def test_values_that_are_served_are_the_same_on_both_sides(ours, theirs, tmp_path):
    answers = []
    for name, side in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).mkdir()
        answers.append(side.script(ONLINE, cwd=tmp_path / name).strip().splitlines()[-1])
    assert answers[0] == answers[1] and "Decimal('1.50')" in answers[0]
