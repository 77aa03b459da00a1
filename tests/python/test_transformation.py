"""What functions of on-demand views are called with, and how they are found and made from text."""

import os
import sys
import textwrap

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


def test_find_local(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    text = "@wrap\ndef compute(x):\n    return x * FACTOR\n"
    (tmp_path / "local_views_for_test.py").write_text(
        textwrap.dedent("FACTOR = 5\n\ndef wrap(f):\n    return None\n\n\n") + text.replace("FACTOR\n", "FACTOR   \r\n")
    )
    (tmp_path / "broken_for_test.py").write_text("def (")
    fn = t.find_local(str(tmp_path), text, "compute")
    assert fn(2) == 10
    assert fn.__code__.co_filename == str(tmp_path / "local_views_for_test.py")
    assert t.find_local(str(tmp_path), "def compute(x):\n    return x\n", "compute") is None
    assert t.find_local(str(tmp_path), "", "compute") is None
    module = sys.modules.pop("local_views_for_test")
    assert module.compute is None, "the file's own name is left alone"


def test_file_called_like_an_installed_package(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    text = "def compute(x):\n    return x + 1\n"
    (tmp_path / "json.py").write_text(text)
    assert t.find_local(str(tmp_path), text, "compute")(1) == 2
    import json

    assert os.path.dirname(json.__file__) != str(tmp_path)
