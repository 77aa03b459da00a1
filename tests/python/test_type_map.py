"""Values of every type of Feast's, from Python to messages and back, and the types of other systems."""

import datetime
import decimal
import uuid
import zoneinfo

import pytest

from feast import ValueType, type_map
from feast.online_response import OnlineResponse
from feast.protos.feast.serving.ServingService_pb2 import GetOnlineFeaturesResponse

D = decimal.Decimal
ID = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NOON = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
NEW_YORK = NOON.astimezone(zoneinfo.ZoneInfo("America/New_York"))
WEST = NOON.astimezone(datetime.timezone(datetime.timedelta(hours=-7)))
DICT = {"a": 1, "b": "x", "c": None, "d": {"e": [1.5]}, "f": [{"g": True}], "h": NOON, "i": ID, "j": D("1.50")}

# Type, what is given, the message's field, and what comes back.
VALUES = [
    ("INT32", 7, "int32_val", 7),
    ("INT64", -7, "int64_val", -7),
    ("FLOAT", 1.5, "float_val", 1.5),
    ("DOUBLE", 0.1, "double_val", 0.1),
    ("DOUBLE", D("2.5"), "double_val", 2.5),
    ("BOOL", True, "bool_val", True),
    ("STRING", "", "string_val", ""),
    ("BYTES", b"\x00a", "bytes_val", b"\x00a"),
    ("PDF_BYTES", b"%PDF", "bytes_val", b"%PDF"),
    ("IMAGE_BYTES", b"png", "bytes_val", b"png"),
    ("UUID", ID, "uuid_val", ID),
    ("UUID", str(ID), "uuid_val", ID),
    ("TIME_UUID", ID, "time_uuid_val", ID),
    ("DECIMAL", D("1.50"), "decimal_val", D("1.50")),
    ("DECIMAL", "1.50", "decimal_val", D("1.50")),
    ("UNIX_TIMESTAMP", NEW_YORK, "unix_timestamp_val", NOON),
    ("UNIX_TIMESTAMP", NOON.replace(tzinfo=None), "unix_timestamp_val", NOON),
    ("ZONED_TIMESTAMP", NEW_YORK, "zoned_timestamp_val", NEW_YORK),
    ("ZONED_TIMESTAMP", WEST, "zoned_timestamp_val", WEST),
    ("ZONED_TIMESTAMP", NOON.replace(tzinfo=None), "zoned_timestamp_val", NOON),
    ("INT32_LIST", [1, None], "int32_list_val", [1, 0]),
    ("INT64_LIST", [], "int64_list_val", []),
    ("FLOAT_LIST", [1.5], "float_list_val", [1.5]),
    ("DOUBLE_LIST", [0.1, None], "double_list_val", [0.1, 0.0]),
    ("BOOL_LIST", [True, False], "bool_list_val", [True, False]),
    ("STRING_LIST", ["a", None], "string_list_val", ["a", ""]),
    ("BYTES_LIST", [b"a"], "bytes_list_val", [b"a"]),
    ("UNIX_TIMESTAMP_LIST", [NOON, None], "unix_timestamp_list_val", [NOON, None]),
    ("UUID_LIST", [ID, str(ID)], "uuid_list_val", [ID, ID]),
    ("TIME_UUID_LIST", [ID], "time_uuid_list_val", [ID]),
    ("DECIMAL_LIST", [D("1.5"), "2"], "decimal_list_val", [D("1.5"), D("2")]),
    ("JSON_LIST", ['{"a": 1}', [2]], "json_list_val", [{"a": 1}, [2]]),
    ("MAP_LIST", [{"a": 1}, {}], "map_list_val", [{"a": 1}, {}]),
    ("STRUCT_LIST", [{"a": "b"}], "struct_list_val", [{"a": "b"}]),
    ("INT32_SET", {1, 2}, "int32_set_val", {1, 2}),
    ("INT64_SET", [3, 3], "int64_set_val", {3}),
    ("FLOAT_SET", {1.5}, "float_set_val", {1.5}),
    ("DOUBLE_SET", {0.1}, "double_set_val", {0.1}),
    ("BOOL_SET", {True}, "bool_set_val", {True}),
    ("STRING_SET", {"a", "b"}, "string_set_val", {"a", "b"}),
    ("BYTES_SET", {b"a"}, "bytes_set_val", {b"a"}),
    ("UNIX_TIMESTAMP_SET", {NOON}, "unix_timestamp_set_val", {NOON}),
    ("UUID_SET", {ID}, "uuid_set_val", {ID}),
    ("TIME_UUID_SET", {ID}, "time_uuid_set_val", {ID}),
    ("DECIMAL_SET", {D("1.5")}, "decimal_set_val", {D("1.5")}),
    ("JSON", '{"a": [1, null]}', "json_val", {"a": [1, None]}),
    ("JSON", {"b": 1}, "json_val", {"b": 1}),
    ("MAP", DICT, "map_val", DICT),
    ("MAP", '{"a": 1}', "map_val", {"a": 1}),
    ("STRUCT", {"a": "q", "b": 1}, "struct_val", {"a": "q", "b": 1}),
    ("SCALAR_MAP", {1: "a", ID: [1], D("1.5"): None}, "scalar_map_val", {1: "a", ID: [1], D("1.5"): None}),
    ("SCALAR_MAP", {NOON: 1, b"k": 2, False: 3}, "scalar_map_val", {NOON: 1, b"k": 2, False: 3}),
    ("VALUE_LIST", [[1], [2, 3], [], None], "list_val", [[1], [2, 3], None, None]),
    ("VALUE_LIST", [[[1.5]], [["a"]]], "list_val", [[[1.5]], [["a"]]]),
    ("VALUE_SET", [{1}, {2}], "set_val", [[1], [2]]),
]


def served(message):
    """An answer with the value and a null."""
    response = GetOnlineFeaturesResponse()
    response.metadata.feature_names.val.append("f")
    response.results.add(values=[message, type(message)()])
    return OnlineResponse(response)


@pytest.mark.parametrize("kind, given, field, back", VALUES, ids=[f"{row[0]}-{i}" for i, row in enumerate(VALUES)])
def test_a_value_of_every_type_is_the_same_python_value_as_with_feast(kind, given, field, back):
    null, message = type_map.python_values_to_proto_values([None, given], ValueType[kind])
    assert null.WhichOneof("val") is None and message.WhichOneof("val") == field
    read = type_map.feast_value_type_to_python_type(message)
    assert read == back and type(read) is type(back)
    assert served(message).to_dict() == {"f": [back, None]}
    if kind == "ZONED_TIMESTAMP":
        assert read.utcoffset() == back.utcoffset()
    cell = served(message).to_df()["f"][0]
    assert cell == back or kind == "VALUE_SET"


def test_every_type_has_values_here():
    assert {row[0] for row in VALUES} | {"UNKNOWN", "NULL"} == {kind.name for kind in ValueType}


def test_what_arrow_has_no_type_for_is_text_or_a_list():
    def column(values, kind):
        return served(*type_map.python_values_to_proto_values([values], ValueType[kind])).to_arrow()["f"].to_pylist()

    assert column(ID, "UUID") == [str(ID), None]
    assert column([ID], "UUID_LIST") == [[str(ID)], None]
    assert column({ID}, "UUID_SET") == [[str(ID)], None]
    assert column({7}, "INT64_SET") == [[7], None]
    assert column(D("1.50"), "DECIMAL") == [D("1.50"), None]
    assert column({"a": 1}, "STRUCT") == [{"a": 1}, None]


@pytest.mark.parametrize(
    "kind, value, error",
    [
        ("JSON", "{bad", ValueError),
        ("MAP", 5, TypeError),
        ("MAP_LIST", [5], ValueError),
        ("INT64_LIST", [1.5], TypeError),
        ("STRING_LIST", [1], TypeError),
        ("STRING_SET", {5}, TypeError),
        ("BYTES", "x", TypeError),
        ("UUID", 5, TypeError),
        ("ZONED_TIMESTAMP", "x", TypeError),
        ("SCALAR_MAP", {(1,): 2}, TypeError),
        ("UNKNOWN", [], TypeError),
        ("UNKNOWN", [1, "a"], ValueError),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind, value, error):
    with pytest.raises(error):
        type_map.python_values_to_proto_values([value], ValueType[kind])


def test_uuids_that_were_written_as_text_are_found_by_their_type():
    (text,) = type_map.python_values_to_proto_values([str(ID)], ValueType.STRING)
    (texts,) = type_map.python_values_to_proto_values([[str(ID)]], ValueType.STRING_LIST)
    assert type_map.feast_value_type_to_python_type(text) == str(ID)
    assert type_map.feast_value_type_to_python_type(text, ValueType.UUID) == ID
    assert type_map.feast_value_type_to_python_type(texts, ValueType.TIME_UUID_LIST) == [ID]


@pytest.mark.parametrize(
    "value, kind",
    [
        (1, "INT64"),
        ([1], "INT64_LIST"),
        ({"a"}, "STRING_SET"),
        ({"a": 1}, "MAP"),
        ({1: 1}, "SCALAR_MAP"),
        ([{"a": 1}], "MAP_LIST"),
        ([ID], "UUID_LIST"),
        (D("1"), "DECIMAL"),
        (NOON, "UNIX_TIMESTAMP"),
    ],
)
def test_the_type_of_a_value_is_inferred(value, kind):
    assert type_map.python_type_to_feast_value_type("f", value) == ValueType[kind]
    assert type_map.python_values_to_feast_value_type("f", [None, value]) == ValueType[kind]


@pytest.mark.parametrize(
    "function, kind, expected",
    [
        ("pa_to_feast_value_type", "list<item: list<item: int64>>", "VALUE_LIST"),
        ("pa_to_feast_value_type", "fixed_size_list<item: float>[3]", "FLOAT_LIST"),
        ("pa_to_feast_value_type", "list<item: struct<a: int64>>", "STRUCT_LIST"),
        ("pa_to_feast_value_type", "large_string", "JSON"),
        ("pg_type_to_feast_value_type", "jsonb[]", "MAP_LIST"),
        ("pg_type_to_feast_value_type", "timestamp without time zone[]", "UNIX_TIMESTAMP_LIST"),
        ("pg_type_to_feast_value_type", "money", "UNKNOWN"),
        ("bq_to_feast_value_type", "ARRAY<FLOAT64>", "DOUBLE_LIST"),
        ("bq_to_feast_value_type", "GEOGRAPHY", "STRING"),
        ("mssql_to_feast_value_type", "NVARCHAR(MAX)", "STRING"),
        ("oracle_to_feast_value_type", "decimal(10, 2)", "DOUBLE"),
        ("redshift_to_feast_value_type", "SUPER", "MAP"),
        ("snowflake_type_to_feast_value_type", "NUMBERwSCALE", "DOUBLE"),
        ("spark_to_feast_value_type", "array<decimal(3,1)>", "DOUBLE_LIST"),
        ("spark_to_feast_value_type", "array<struct<a:int>>", "STRUCT_LIST"),
        ("spark_to_feast_value_type", "interval", "NULL"),
        ("athena_to_feast_value_type", "array<varchar(3)>", "STRING_LIST"),
        ("athena_to_feast_value_type", "timestamp(3)", "UNIX_TIMESTAMP"),
        ("cb_columnar_type_to_feast_value_type", "bigint", "INT64"),
        ("mongodb_to_feast_value_type", "list[float]", "DOUBLE_LIST"),
    ],
)
def test_the_types_of_sources_are_value_types(function, kind, expected):
    assert getattr(type_map, function)(kind) == ValueType[expected]


def test_arrow_types_are_stored_as_types_of_databases():
    import pyarrow as pa

    assert type_map.pa_to_redshift_value_type(pa.timestamp("us", tz="UTC")) == "timestamptz"
    assert type_map.pa_to_athena_value_type(pa.uint32()) == "bigint"
    assert type_map.pa_to_mssql_type(pa.float64()) == "real"
    assert type_map.arrow_to_pg_type("list<item: double>") == "double precision[]"
    assert type_map.pg_type_code_to_arrow(1016) == pa.list_(pa.int64())
    assert type_map.feast_value_type_to_pa(ValueType.STRUCT_LIST) == pa.list_(pa.struct([]))
    with pytest.raises(ValueError, match="no type for this Arrow type"):
        type_map.pa_to_athena_value_type(pa.duration("s"))


def test_columns_of_pandas_have_room_for_nulls():
    import pandas as pd

    assert type_map.convert_scalar_column(pd.Series([1, None]), ValueType.INT32, "int").dtype == "Int32"
    made = type_map.convert_array_column(pd.Series([None, [1.5]]), ValueType.DOUBLE_LIST)
    assert made[0].dtype == "float64" and len(made[0]) == 0 and made[1] == [1.5]


def test_python_objects_are_written_as_their_features_are_stored(tmp_path):
    import pandas as pd

    from feast import Entity, FeatureStore, FeatureView, Field, FileSource
    from feast.types import Array, Decimal, Float64, Int64, Json, Struct, Uuid

    (tmp_path / "feature_store.yaml").write_text(
        "project: t\nprovider: local\nregistry: r.db\nonline_store: {type: sqlite, path: o.db}\n"
    )
    written = {
        "j": (Json, {"a": [1]}),
        "s": (Struct({"a": Int64}), {"a": 1}),
        "u": (Uuid, ID),
        "us": (Array(Uuid), [ID]),
        "d": (Decimal, D("1.50")),
        "x": (Float64, 0.5),
    }
    data = pd.DataFrame({"k": [1], "ts": [NOON], **{name: [None] for name in written}})
    data.to_parquet(tmp_path / "x.parquet")
    driver = Entity(name="k", value_type=ValueType.INT64)
    view = FeatureView(
        name="v",
        entities=[driver],
        ttl=datetime.timedelta(days=9999),
        schema=[Field(name=name, dtype=dtype) for name, (dtype, _) in written.items()],
        source=FileSource(name="s", path=str(tmp_path / "x.parquet"), timestamp_field="ts"),
    )
    store = FeatureStore(str(tmp_path))
    store.apply([driver, view])
    given = {"k": [1, 2], "ts": [NOON, NOON], **{name: [value, None] for name, (_, value) in written.items()}}
    for rows in ({"inputs": given}, {"df": pd.DataFrame(given)}):
        store.write_to_online_store("v", **rows)
        served = store.get_online_features([f"v:{name}" for name in written], [{"k": 1}, {"k": 2}]).to_dict()
        assert served == {"k": [1, 2], **{name: [value, None] for name, (_, value) in written.items()}}
    assert isinstance(given["j"][0], dict), "what the caller has stays as it is"
