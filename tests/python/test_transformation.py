"""What functions of on-demand views are called with, and how they are found and made from text."""

import pyarrow as pa
import pytest

from feast import _transformation as t

BATCH = pa.RecordBatch.from_pydict({"a": [1, None, 3], "s": ["x", None, "z"], "l": [[1.0], None, []]})


def test_python_mode_gives_lists_with_none():
    seen = {}

    def fn(inputs):
        seen.update(inputs)
        return {"out": [1, None, 2.5], "other": object()}

    output = t.apply_python(fn, BATCH, columns=["out"])
    assert seen == {"a": [1, None, 3], "s": ["x", None, "z"], "l": [[1.0], None, []]}
    assert output.to_pydict() == {"out": [1.0, None, 2.5]}


def test_one_column_under_two_names_gives_two_lists():
    column = BATCH.column(0)
    batch = pa.RecordBatch.from_arrays([column, column], names=["a", "v__a"])

    def fn(inputs):
        inputs["a"].append(4)
        return {"n": [len(inputs["v__a"])] * 3}

    assert t.apply_python(fn, batch).to_pydict() == {"n": [3, 3, 3]}


@pytest.mark.parametrize(
    "column",
    [pa.array(["", ""]), pa.array([b"", None]), pa.array([[], []], pa.list_(pa.int64())), pa.array([{}, {}])],
    ids=lambda column: str(column.type),
)
def test_columns_whose_values_take_no_room(column):
    # As a column that came through the C interface or a file: with buffers of no bytes.
    empty = pa.py_buffer(b"")
    buffers = [buffer if buffer is None or buffer.size else empty for buffer in column.buffers()]
    if column.type in (pa.string(), pa.binary()):
        column = pa.Array.from_buffers(column.type, 2, buffers[:2] + [empty])
    batch = pa.RecordBatch.from_arrays([column, column], names=["a", "v__a"])
    for singleton in (False, True):
        seen = []
        t.apply_python(lambda inputs: seen.append(inputs) or {"n": 1 if singleton else [1, 2]}, batch, singleton)
        assert seen[0]["a"] == seen[0]["v__a"] == (column.to_pylist()[0] if singleton else column.to_pylist())


def test_pandas_mode_keeps_integers_that_no_float64_is():
    batch = pa.RecordBatch.from_pydict({"id": [2**60 + 1, None], "small": [7, None]})
    kinds = {}

    def fn(frame):
        kinds.update(frame.dtypes.astype(str))
        return frame

    output = t.apply_pandas(fn, batch)
    assert kinds == {"id": "Int64", "small": "float64"}
    assert output.column("id").to_pylist() == [2**60 + 1, None]


def test_singleton_gives_plain_values():
    rows = []

    def fn(row):
        rows.append(row)
        return {"out": (row["a"] or 0) * 2}

    assert t.apply_python(fn, BATCH, singleton=True).to_pydict() == {"out": [2, 0, 6]}
    assert rows[1] == {"a": None, "s": None, "l": None}


def test_singleton_must_return_the_same_names_for_every_row():
    with pytest.raises(t.FunctionError, match="other names for row 1"):
        t.apply_python(lambda row: {"x": 1} if row["a"] else {"y": 1}, BATCH, singleton=True)


def test_pandas_mode():
    pd = pytest.importorskip("pandas")

    def fn(df):
        assert str(df["a"].dtype) == "float64"
        return pd.DataFrame({"out": df["a"] + 1, "unwanted": [object()] * 3}).set_axis([7, 8, 9])

    assert t.apply_pandas(fn, BATCH, columns=["out"]).to_pydict() == {"out": [2.0, None, 4.0]}


@pytest.mark.parametrize(
    "result, words",
    [
        (None, "is there a return"),
        ({"x": 1}, "one value"),
        ({"x": "abc"}, "one value"),
        ({"x": [1]}, "1 values"),
        ({"x": [1, "a", {}]}, "'x'"),
    ],
)
def test_wrong_results(result, words):
    with pytest.raises(t.FunctionError, match=words):
        t.apply_python(lambda inputs: result, BATCH)


def test_compile_source_without_decorator_and_annotations():
    fn = t.compile_source("@missing(schema=[a, b])\ndef f(x: Unknown) -> Other:\n    return math.floor(x)\n", "f")
    assert fn(1.5) == 1


def test_compile_source_of_a_method_in_a_block_and_of_a_lambda():
    assert t.compile_source("    def f(x):\n        return x + 1\n", "f")(1) == 2
    assert t.compile_source("view = OnDemandFeatureView(udf=lambda x: x * 3)\n", "<lambda>")(2) == 6


def test_datetime_is_the_module_or_the_class_as_the_text_uses_it():
    assert t.compile_source("def f():\n    return datetime.datetime(2020, 1, 1)\n", "f")().year == 2020
    assert t.compile_source("def f():\n    return datetime(2021, 1, 1)\n", "f")().year == 2021


@pytest.mark.parametrize("text", ["", "x = 1", "def f(:"])
def test_compile_source_of_what_is_no_function(text):
    with pytest.raises(t.FunctionError):
        t.compile_source(text, "f")


def test_name_error_says_what_to_do():
    fn = t.compile_source("def f(x):\n    return helper(x)\n", "f")
    with pytest.raises(NameError) as error:
        fn(1)
    assert "import 'helper' inside the function" in t.describe_error(error.value, fn)


@pytest.mark.parametrize(
    "text, words",
    [
        ("@rounded\ndef f(x):\n    return x\n", "decorated with 'rounded'"),
        ("def f(x, m=m):\n    return x * m\n", "defaults"),
        ("views = [View(udf=lambda x: 1), View(udf=lambda x: 2)]\n", "several lambdas"),
        ("# The function 'f' was made at run time.\n# code 0\n", "defines no function"),
    ],
)
def test_text_that_does_not_say_what_the_function_does_is_not_compiled(text, words):
    with pytest.raises(t.FunctionError, match=words):
        t.compile_source(text, "f")


def test_literal_defaults_are_compiled():
    assert t.compile_source("def f(x, m=3, *, n=(1, 2)):\n    return x * m + n[1]\n", "f")(2) == 8
