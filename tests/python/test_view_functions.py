"""An on-demand view keeps its own function, in the process that applied it and in others."""

import subprocess
import sys
import textwrap

import pytest

pd = pytest.importorskip("pandas")

BASE = """
    import functools
    import pandas as pd
    from feast import Entity, FeatureView, Field, FileSource, OnDemandFeatureView, RequestSource, ValueType
    from feast.on_demand_feature_view import on_demand_feature_view
    from feast.types import Float64, Int64

    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    stats = FeatureView(name="stats", entities=[driver], schema=[Field(name="trips", dtype=Int64)], source=FileSource(
        path="data/driver_stats.parquet", timestamp_field="event_timestamp", created_timestamp_column="created",
        field_mapping={"avg_daily_trips": "trips"}))
    OUT = [Field(name="out", dtype=Float64)]
"""

# The values of a view's only feature when its input is 10.
RETRIEVE = """
    import sys, warnings
    import pandas as pd
    from feast import FeatureStore, FeatureView, Field, FileSource
    store = FeatureStore(sys.argv[1])
    rows = pd.DataFrame({"driver_id": [1001], "event_timestamp": pd.to_datetime(["2022-05-03"], utc=True), "ten": [10]})
    for name in sys.argv[2:]:
        try:
            print(name, store.get_historical_features(rows, [f"{name}:out"]).to_df()["out"][0])
        except Exception as error:
            print(name, type(error).__name__, str(error).splitlines()[0])
"""


def write(repo, files):
    for name, text in files.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(textwrap.dedent(text))


def apply(repo):
    code = "import sys; from feast.repo_operations import apply_total; from feast.repo_config import load_repo_config\n"
    code += "from pathlib import Path; apply_total(load_repo_config(Path(sys.argv[1])), sys.argv[1])"
    return run(code, repo)


def run(code, repo, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(repo), *arguments], capture_output=True, text=True, cwd="/"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def values(repo, *names):
    answers = run(RETRIEVE, repo, *names).splitlines()
    return {name: answer for name, _, answer in (line.partition(" ") for line in answers)}


ON_DEMAND = '@on_demand_feature_view(name="{name}", sources=[stats, TEN], schema=OUT)'
TEN = 'TEN = RequestSource(name="ten", schema=[Field(name="ten", dtype=Int64)])\n'


def definitions(text):
    return textwrap.dedent(BASE) + TEN + textwrap.dedent(text)


KINDS = {
    "factories": """
        def make(times):
            @on_demand_feature_view(name=f"times{times}", sources=[stats, TEN], schema=OUT)
            def scaled(inputs):
                return pd.DataFrame({"out": inputs["ten"] * times})
            return scaled
        a, b = make(2), make(5)
    """,
    "loops": """
        views = {}
        for times in (2, 5):
            @on_demand_feature_view(name=f"times{times}", sources=[stats, TEN], schema=OUT)
            def looped(inputs, times=times):
                return pd.DataFrame({"out": inputs["ten"] * times})
            globals()[f"view{times}"] = looped
    """,
    "captured objects": """
        class Model:
            def __init__(self, times): self.times = times
            def predict(self, values): return values * self.times
        def make(model):
            def predicted(inputs):
                return pd.DataFrame({"out": model.predict(inputs["ten"])})
            return OnDemandFeatureView(name=f"times{model.times}", sources=[stats, TEN], schema=OUT, udf=predicted)
        a, b = make(Model(2)), make(Model(5))
    """,
    "lambdas": """
        a, b = [OnDemandFeatureView(name=f"times{n}", sources=[stats, TEN], schema=OUT, udf=lambda i, n=n: pd.DataFrame({"out": i["ten"] * n})) for n in (2, 5)]
    """,
    "two lambdas in one line": """
        def view(name, udf): return OnDemandFeatureView(name=name, sources=[stats, TEN], schema=OUT, udf=udf)
        a, b = view("times2", lambda i: pd.DataFrame({"out": i["ten"] * 2})), view("times5", lambda i: pd.DataFrame({"out": i["ten"] * 5}))
    """,
    "partials": """
        def scaled(inputs, times=1):
            return pd.DataFrame({"out": inputs["ten"] * times})
        a, b = [OnDemandFeatureView(name=f"times{n}", sources=[stats, TEN], schema=OUT, udf=functools.partial(scaled, times=n)) for n in (2, 5)]
    """,
    "decorated functions": """
        def times(n):
            def decorate(function):
                @functools.wraps(function)
                def wrapper(inputs): return function(inputs) * n
                return wrapper
            return decorate
        @on_demand_feature_view(name="times2", sources=[stats, TEN], schema=OUT)
        @times(2)
        def a(inputs):
            return pd.DataFrame({"out": inputs["ten"]})
        def plain(inputs):
            return pd.DataFrame({"out": inputs["ten"]})
        b = OnDemandFeatureView(name="times5", sources=[stats, TEN], schema=OUT, udf=times(5)(plain))
    """,
    "functions in classes": """
        class Two:
            times = 2
            @staticmethod
            def scaled(inputs): return pd.DataFrame({"out": inputs["ten"] * Two.times})
        class Five:
            def __init__(self): self.times = 5
            def scaled(self, inputs): return pd.DataFrame({"out": inputs["ten"] * self.times})
        a = OnDemandFeatureView(name="times2", sources=[stats, TEN], schema=OUT, udf=Two.scaled)
        b = OnDemandFeatureView(name="times5", sources=[stats, TEN], schema=OUT, udf=Five().scaled)
    """,
    "one name in two views": """
        @on_demand_feature_view(name="times2", sources=[stats, TEN], schema=OUT)
        def scaled(inputs):
            return pd.DataFrame({"out": [value * FACTOR for value in inputs["ten"]]})
        a = scaled
        @on_demand_feature_view(name="times5", sources=[stats, TEN], schema=OUT)
        def scaled(inputs):
            return pd.DataFrame({"out": [value * FACTOR * 2.5 for value in inputs["ten"]]})
        FACTOR = 2
    """,
    "run-time functions": """
        for n in (2, 5):
            names = {"pd": pd, "n": n}
            exec("def made(inputs):\\n    return pd.DataFrame({'out': inputs['ten'] * n})", names)
            text = "def made(inputs): ..." if n == 2 else ""
            globals()[f"view{n}"] = OnDemandFeatureView(name=f"times{n}", sources=[stats, TEN], schema=OUT, udf=names["made"], udf_string=text)
    """,
    "views that get other names": """
        import copy
        @on_demand_feature_view(name="draft", sources=[stats, TEN], schema=OUT)
        def a(inputs):
            return pd.DataFrame({"out": inputs["ten"] * float(2)})
        a.name = "times2"
        def make(times):
            @on_demand_feature_view(sources=[stats, TEN], schema=OUT)
            def scaled(inputs):
                return pd.DataFrame({"out": inputs["ten"] * times})
            return scaled
        b = copy.copy(make(5))
        b.name = "times5"
    """,
    "python mode": """
        def make(times, singleton):
            def scaled(inputs):
                return {"out": inputs["ten"] * float(times) if singleton else [value * float(times) for value in inputs["ten"]]}
            return OnDemandFeatureView(name=f"times{times}", sources=[stats, TEN], schema=OUT, udf=scaled, mode="python", singleton=singleton)
        a, b = make(2, True), make(5, False)
    """,
}


@pytest.mark.parametrize("kind", KINDS)
def test_views_keep_their_own_functions(repo, kind):
    write(repo, {"views.py": definitions(KINDS[kind])})
    apply(repo)
    wanted = {"times2": "20.0", "times5": "50.0"}
    assert values(repo, "times2", "times5") == wanted
    # Where they are applied, too.
    here = "from feast.repo_operations import parse_repo\nfrom feast import FeatureStore\n"
    here += "FeatureStore(__import__('sys').argv[1]).apply(parse_repo(__import__('sys').argv[1]).objects())\n"
    lines = run(here + textwrap.dedent(RETRIEVE), repo, "times5", "times2").splitlines()
    assert dict(line.split(" ") for line in lines) == wanted


def test_one_text_in_two_files(repo):
    region = """
        from base import *
        RATE = {rate}
        @on_demand_feature_view(name="price_" + REGION, sources=[stats, TEN], schema=OUT)
        def price(inputs):
            return pd.DataFrame({{"out": [value * RATE for value in inputs["ten"]]}})
    """
    files = {f"{name}.py": f'REGION = "{name}"' + region.format(rate=rate) for name, rate in (("eu", 2), ("us", 5))}
    write(repo, {"base.py": definitions("")})
    for name, text in files.items():
        first, _, rest = text.partition("\n")
        write(repo, {name: first + "\n" + textwrap.dedent(rest)})
    apply(repo)
    assert values(repo, "price_us", "price_eu") == {"price_us": "50.0", "price_eu": "20.0"}


def test_packages_with_relative_imports_and_lazy_ones(repo):
    write(
        repo,
        {
            "features/__init__.py": "",
            "features/base.py": definitions(""),
            "features/helpers.py": "def double(value): return value * 2\n",
            "features/late.py": "FACTOR = 3\n",
            "features/views.py": """
                from .base import *
                from .helpers import double
                @on_demand_feature_view(name="relative", sources=[stats, TEN], schema=OUT)
                def scaled(inputs):
                    from features.late import FACTOR
                    return pd.DataFrame({"out": double(inputs["ten"]) * FACTOR})
            """,
        },
    )
    apply(repo)
    assert values(repo, "relative") == {"relative": "60.0"}


def test_a_factory_in_another_file(repo):
    write(
        repo,
        {
            "views.py": definitions(
                "from lib import make\na, b = make(stats, TEN, OUT, 2), make(stats, TEN, OUT, 5)\n"
            ),
            "lib/__init__.py": """
                import pandas as pd
                from feast.on_demand_feature_view import on_demand_feature_view
                def make(stats, ten, out, times):
                    @on_demand_feature_view(name=f"times{times}", sources=[stats, ten], schema=out)
                    def scaled(inputs):
                        return pd.DataFrame({"out": inputs["ten"] * times})
                    return scaled
            """,
        },
    )
    apply(repo)
    assert values(repo, "times2", "times5") == {"times2": "20.0", "times5": "50.0"}


COPY = """
    @on_demand_feature_view(name="doubled", sources=[stats, TEN], schema=OUT)
    def doubled(inputs):
        return pd.DataFrame({"out": [helper(value) for value in inputs["ten"]]})
"""


def test_only_definitions_that_apply_reads_count(repo):
    text = textwrap.dedent(COPY)
    write(
        repo,
        {
            ".feastignore": "a_scratch/\n",
            "a_scratch/copy.py": "raise RuntimeError('an ignored file was imported')\n" + text,
            "a_notes.py": '"""How it looked before:\n' + text + '"""\n',
            "views.py": definitions("def helper(value): return value * 2\n") + text,
        },
    )
    apply(repo)
    assert values(repo, "doubled") == {"doubled": "20.0"}
    (repo / "views.py").unlink()
    assert "only in the registry" in values(repo, "doubled")["doubled"]


def test_two_stores_in_one_process(repo, tmp_path_factory):
    import shutil

    other = tmp_path_factory.mktemp("other")
    shutil.copytree(repo, other, dirs_exist_ok=True)
    code = "import sys; from feast import FeatureStore\n" + definitions("""
            def make(times):
                def scaled(inputs): return pd.DataFrame({"out": inputs["ten"] * times})
                return OnDemandFeatureView(name="scaled", sources=[stats, TEN], schema=OUT, udf=scaled)
            stores = [FeatureStore(path) for path in sys.argv[1:]]
            for store, times in zip(stores, (2, 5)):
                store.apply([driver, stats, make(times)])
            make(7)  # made, but applied nowhere
            rows = pd.DataFrame({"driver_id": [1001], "event_timestamp": pd.to_datetime(["2022-05-03"], utc=True), "ten": [10]})
            print(*[store.get_historical_features(rows, ["scaled:out"]).to_df()["out"][0] for store in stores])
        """)
    assert run(code, repo, str(other)).split() == ["20.0", "50.0"]


def test_globals_are_those_of_the_time_of_the_apply(repo):
    code = "import sys; from feast import FeatureStore\n" + definitions("""
            RATE = 1
            def rate(): return RATE
            @on_demand_feature_view(name="scaled", sources=[stats, TEN], schema=OUT)
            def scaled(inputs):
                return pd.DataFrame({"out": inputs["ten"] * RATE * rate()})
            RATE = 2
            store = FeatureStore(sys.argv[1])
            store.apply([driver, stats, scaled])
            RATE = 100
            rows = pd.DataFrame({"driver_id": [1001], "event_timestamp": pd.to_datetime(["2022-05-03"], utc=True), "ten": [10]})
            print(store.get_historical_features(rows, ["scaled:out"]).to_df()["out"][0])
        """)
    # The source text of `-c` cannot be had, and is not needed here.
    assert run(code, repo).split() == ["40.0"]


BROKEN = """
    @on_demand_feature_view(name="broken", sources=[stats], schema=OUT)
    def broken(inputs):
        out = pd.DataFrame()
        out["out"] = inputs["nope"].rank()
        return out
"""


def test_a_broken_function_is_not_applied(repo):
    write(repo, {"views.py": definitions(BROKEN)})
    code = """
        import sys, pandas as pd
        from feast import FeatureStore
        from feast.repo_operations import parse_repo
        store = FeatureStore(sys.argv[1])
        contents = parse_repo(sys.argv[1])
        for attempt in (lambda: store.apply(contents.objects()), lambda: store.plan(contents)):
            try:
                attempt()
            except KeyError as error:  # the class that Feast raises
                print(error)
        store.plan(contents, skip_feature_view_validation=True)
        assert store.list_on_demand_feature_views() == []
        store.apply(contents.objects(), skip_feature_view_validation=True)
        rows = pd.DataFrame({"driver_id": [1001], "event_timestamp": pd.to_datetime(["2022-05-03"], utc=True)})
        try:
            store.get_historical_features(rows, ["broken:out"]).to_df()
        except KeyError as error:
            print(error)
    """
    refused, planned, failed = run(code, repo).splitlines()
    for line in (refused, planned):
        for words in ("'broken'", "views.py:", "'nope'", "inputs are", "trips", "--skip-feature-view-validation"):
            assert words in line
    assert "'broken'" in failed and "'nope'" in failed and "views.py:" in failed


@pytest.mark.parametrize(
    "body, words",
    [
        ('return pd.DataFrame({"other": inputs["trips"]})', "no column 'out' (it returned: other)"),
        ('return pd.DataFrame({"out": ["text"]})', "column 'out'"),
        ("return inputs.iloc[:0].assign(out=[])", "0 rows"),
        ("pass", "is there a return statement"),
    ],
)
def test_what_a_function_must_return_is_checked_at_apply(store, driver, body, words, tmp_path, monkeypatch):
    from feast import FeatureStore
    from feast.repo_operations import parse_repo

    text = f'@on_demand_feature_view(name="broken", sources=[stats], schema=OUT)\ndef broken(inputs):\n    {body}\n'
    name = f"views_{abs(hash(body))}"
    write(tmp_path, {f"{name}.py": definitions("") + text})
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(Exception) as raised:
        FeatureStore(tmp_path).apply(parse_repo(tmp_path).objects())
    assert words in str(raised.value) and "'broken'" in str(raised.value)
    sys.modules.pop(name, None)


def test_functions_may_read_keys_and_times(repo):
    write(
        repo,
        {
            "views.py": definitions("""
                @on_demand_feature_view(name="hours", sources=[stats], schema=OUT)
                def hours(inputs):
                    return pd.DataFrame({"out": inputs["event_timestamp"].dt.hour + inputs["driver_id"] * 0.0})
            """)
        },
    )
    apply(repo)
    assert values(repo, "hours") == {"hours": "0.0"}


def test_functions_without_text_are_stored_for_feast(repo):
    """Whoever reads the registry gets a function, and a text that is not taken for another function's."""
    import pickle

    from feast import Field, OnDemandFeatureView, RequestSource
    from feast.types import Float64, Int64

    names = {}
    exec("def made(inputs): return inputs", names)
    sources = [RequestSource(name="ten", schema=[Field(name="ten", dtype=Int64)])]
    schema = [Field(name="out", dtype=Float64)]
    view = OnDemandFeatureView(name="v", sources=sources, schema=schema, udf=names["made"])
    assert view.udf_string.startswith("# The function 'made'")
    exec("def made(inputs): return None", names)
    other = OnDemandFeatureView(name="v", sources=sources, schema=schema, udf=names["made"])
    assert other.udf_string != view.udf_string
    assert callable(pickle.loads(view.feature_transformation.to_proto().body))

    def make(times):
        def scaled(inputs, more=1):
            return inputs * times + more

        return OnDemandFeatureView(name=f"v{times}", sources=sources, schema=schema, udf=scaled)

    for times in (2, 5):
        body = make(times).feature_transformation.to_proto().body
        assert b"dill" not in body and pickle.loads(body)(10) == 10 * times + 1


def test_with_dill_missing_a_function_that_needs_it_says_so(monkeypatch):
    import pickle

    from feast._functions import pickled_body

    monkeypatch.setitem(sys.modules, "dill", None)
    captured = object()
    with pytest.raises(RuntimeError, match="Install dill"):
        pickle.loads(pickled_body(lambda inputs: captured, "lambda inputs: captured"))(1)
