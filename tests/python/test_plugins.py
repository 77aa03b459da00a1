"""Stores, providers, registries and sources of the user's own: the classes of Feast's guides and those of examples/plugins."""

import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import textwrap

import pandas as pd
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast import errors
from feast.types import Float32, Int64

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEAST = pathlib.Path(os.environ.get("FEAST_BIN") or pathlib.Path(sys.executable).parent / "feast")

# What Feast's guide to offline stores makes: a file store that says what it does, with a source of its own.
FILE_PLUGIN = """
import json
from typing import Literal

import pyarrow
from feast import FileSource
from feast.infra.offline_stores.file import FileOfflineStore, FileRetrievalJob
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.protos.feast.core.DataSource_pb2 import DataSource as DataSourceProto
from feast.registry import Registry
from feast.repo_config import FeastConfigBaseModel, RepoConfig


class TalkingOfflineStoreConfig(FeastConfigBaseModel):
    type: Literal["{module}.TalkingOfflineStore"] = "{module}.TalkingOfflineStore"
    greeting: str = "hello"


class TalkingSource(FileSource):
    def __init__(self, timestamp_field="", path=None, field_mapping=None, created_timestamp_column=""):
        super().__init__(
            path=path,
            timestamp_field=timestamp_field,
            field_mapping=field_mapping,
            created_timestamp_column=created_timestamp_column,
        )
        self._path = path

    @property
    def path(self):
        return self._path

    @staticmethod
    def from_proto(data_source):
        return TalkingSource(
            path=json.loads(str(data_source.custom_options.configuration, encoding="utf8"))["path"],
            field_mapping=dict(data_source.field_mapping),
            timestamp_field=data_source.timestamp_field,
            created_timestamp_column=data_source.created_timestamp_column,
        )

    def to_proto(self):
        message = DataSourceProto(
            type=DataSourceProto.CUSTOM_SOURCE,
            custom_options=DataSourceProto.CustomSourceOptions(
                configuration=bytes(json.dumps(dict(path=self.path)), encoding="utf8")
            ),
        )
        message.timestamp_field = self.timestamp_field
        message.created_timestamp_column = self.created_timestamp_column
        return message

    def get_table_query_string(self):
        pass


class TalkingRetrievalJob(RetrievalJob):
    def __init__(self, evaluation_function):
        self.evaluation_function = evaluation_function

    def to_df(self):
        return self.evaluation_function()

    def to_arrow(self):
        return pyarrow.Table.from_pandas(self.evaluation_function())


class TalkingOfflineStore(FileOfflineStore):
    def __init__(self):
        super().__init__()

    def get_historical_features(
        self, config: RepoConfig, feature_views, feature_refs, entity_df, registry: Registry, project, full_feature_names=False
    ):
        assert isinstance(config.offline_store, TalkingOfflineStoreConfig)
        print(config.offline_store.greeting, "from my offline store")
        job = super().get_historical_features(
            config, feature_views, feature_refs, entity_df, registry, project, full_feature_names
        )
        assert isinstance(job, FileRetrievalJob)
        return TalkingRetrievalJob(job.evaluation_function)
"""

# What Feast's guide to providers makes.
PROVIDER_PLUGIN = """
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from feast.entity import Entity
from feast.feature_table import FeatureTable
from feast.feature_view import FeatureView
from feast.infra.local import LocalProvider
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.protos.feast.types.EntityKey_pb2 import EntityKey as EntityKeyProto
from feast.protos.feast.types.Value_pb2 import Value as ValueProto
from feast.registry import Registry
from feast.repo_config import RepoConfig


class NoisyProvider(LocalProvider):
    def __init__(self, config: RepoConfig, repo_path):
        super().__init__(config)

    def update_infra(
        self,
        project: str,
        tables_to_delete: Sequence[Union[FeatureTable, FeatureView]],
        tables_to_keep: Sequence[Union[FeatureTable, FeatureView]],
        entities_to_delete: Sequence[Entity],
        entities_to_keep: Sequence[Entity],
        partial: bool,
    ):
        super().update_infra(
            project, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial
        )
        names = lambda items: sorted(item.name for item in items)
        print("update", project, names(tables_to_delete), names(tables_to_keep), names(entities_to_delete),
              names(entities_to_keep), partial)

    def teardown_infra(self, project, tables, entities):
        super().teardown_infra(project, tables, entities)
        print("teardown", [table.name for table in tables])

    def get_historical_features(
        self, config, feature_views, feature_refs, entity_df, registry, project, full_feature_names
    ) -> RetrievalJob:
        print("historical", feature_refs)
        return super().get_historical_features(
            config, feature_views, feature_refs, entity_df, registry, project, full_feature_names
        )
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch, request):
    """Writes a module for this test alone and gives its name."""

    def write(text):
        name = "plugin_" + hashlib.sha1(request.node.name.encode()).hexdigest()[:12]
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text).replace("{module}", name))
        monkeypatch.syspath_prepend(str(tmp_path))
        return name

    return write


@pytest.fixture
def driver_file(tmp_path, driver_table):
    import pyarrow.parquet

    path = tmp_path / "drivers.parquet"
    pyarrow.parquet.write_table(driver_table, path)
    return str(path)


def config(tmp_path, **changes):
    values = {
        "project": "demo",
        "provider": "local",
        "registry": str(tmp_path / "registry.db"),
        "online_store": None,
        "offline_store": "file",
        "repo_path": tmp_path,
    }
    return RepoConfig(**{**values, **changes})


def definitions(source):
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    view = FeatureView(
        name="stats",
        entities=[driver],
        ttl=datetime.timedelta(days=3),
        schema=[Field(name="conv_rate", dtype=Float32), Field(name="avg_daily_trips", dtype=Int64)],
        source=source,
    )
    return [driver, view]


def entity_rows():
    times = pd.to_datetime(["2022-05-02T10:00", "2022-05-03T11:30", "2022-05-03T11:30"], utc=True)
    return pd.DataFrame({"driver_id": [1001, 1002, 5], "event_timestamp": times})


def expected(tmp_path, driver_file):
    """What the built-in store answers."""
    store = FeatureStore(config=config(tmp_path, registry=str(tmp_path / "plain.db")))
    source = FileSource(path=driver_file, timestamp_field="event_timestamp", created_timestamp_column="created")
    store.apply(definitions(source))
    return store.get_historical_features(entity_rows(), ["stats:conv_rate", "stats:avg_daily_trips"]).to_df()


def test_a_file_store_and_source_as_in_feasts_guide(plugin, tmp_path, driver_file, capsys):
    name = plugin(FILE_PLUGIN)
    source_class = getattr(__import__(name), "TalkingSource")
    offline = {"type": f"{name}.TalkingOfflineStore", "greeting": "good day"}
    store = FeatureStore(config=config(tmp_path, offline_store=offline))
    source = source_class(path=driver_file, timestamp_field="event_timestamp", created_timestamp_column="created")
    store.apply(definitions(source))
    assert store.get_feature_view("stats").batch_source.path == driver_file
    assert type(store.get_feature_view("stats").batch_source) is source_class
    assert [type(found) for found in store.list_data_sources()] == [source_class]

    job = store.get_historical_features(entity_rows(), ["stats:conv_rate", "stats:avg_daily_trips"])
    assert type(job).__name__ == "TalkingRetrievalJob"
    assert capsys.readouterr().out == "good day from my offline store\n"
    pd.testing.assert_frame_equal(job.to_df(), expected(tmp_path, driver_file))


def test_aliases_and_join_key_maps_reach_the_engine_through_a_store(plugin, tmp_path, driver_file):
    from feast import FeatureService

    name = plugin(FILE_PLUGIN)
    store = FeatureStore(config=config(tmp_path, offline_store=f"{name}.TalkingOfflineStore"))
    driver, view = definitions(FileSource(path=driver_file, timestamp_field="event_timestamp"))
    other = view.with_name("other").with_join_key_map({"driver_id": "other_id"})
    service = FeatureService(name="both", features=[view[["conv_rate"]], other[["conv_rate"]]])
    store.apply([driver, view, service])
    rows = entity_rows().assign(other_id=[1002, 1001, 1001])
    frame = store.get_historical_features(rows, service, full_feature_names=True).to_df()
    assert list(frame.columns[-2:]) == ["stats__conv_rate", "other__conv_rate"]
    plain = FeatureStore(config=config(tmp_path, offline_store="file"))
    pd.testing.assert_frame_equal(frame, plain.get_historical_features(rows, service, full_feature_names=True).to_df())


def test_a_provider_as_in_feasts_guide(plugin, tmp_path, driver_file, capsys):
    name = plugin(PROVIDER_PLUGIN)
    settings = config(tmp_path, provider=f"{name}.NoisyProvider", online_store={"type": "sqlite", "path": "online.db"})
    store = FeatureStore(config=settings)
    source = FileSource(path=driver_file, timestamp_field="event_timestamp", created_timestamp_column="created")
    store.apply(definitions(source))
    assert capsys.readouterr().out == "update demo [] ['stats'] [] ['driver'] True\n"
    assert (tmp_path / "online.db").exists(), "super() reaches the engine"

    job = store.get_historical_features(entity_rows(), ["stats:conv_rate", "stats:avg_daily_trips"])
    assert capsys.readouterr().out == "historical ['stats:conv_rate', 'stats:avg_daily_trips']\n"
    pd.testing.assert_frame_equal(job.to_df(), expected(tmp_path, driver_file))

    driver, view = definitions(source)
    store.apply([], objects_to_delete=[view], partial=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("update demo ['stats'] []"), lines
    store.apply([view, driver])
    store.teardown()
    assert capsys.readouterr().out.splitlines()[-1] == "teardown ['stats']"
    assert not (tmp_path / "online.db").exists()


ONLINE_PLUGIN = """
import sqlite3
from typing import Literal, Optional

from feast import Entity, FeatureTable, FeatureView, RepoConfig
from feast.infra.key_encoding_utils import serialize_entity_key
from feast.infra.online_stores.online_store import OnlineStore
from feast.protos.feast.types.EntityKey_pb2 import EntityKey as EntityKeyProto
from feast.protos.feast.types.Value_pb2 import Value as ValueProto
from feast.repo_config import FeastConfigBaseModel
from pydantic import StrictStr


class TableOnlineStoreConfig(FeastConfigBaseModel):
    type: Literal["tables", "{module}.TableOnlineStore"] = "{module}.TableOnlineStore"
    database: Optional[StrictStr] = None


class TableOnlineStore(OnlineStore):
    _conn = None

    def _get_conn(self, config):
        assert isinstance(config.online_store, TableOnlineStoreConfig)
        if not self._conn:
            self._conn = sqlite3.connect(config.online_store.database)  # of one thread
        return self._conn

    def online_write_batch(self, config, table, data, progress):
        for entity_key, values, timestamp, created in data:
            for feature, value in values.items():
                self._get_conn(config).execute(
                    f"INSERT INTO {config.project}_{table.name} VALUES (?, ?, ?)",
                    (serialize_entity_key(entity_key, 3).hex(), feature, value.SerializeToString()),
                )

    def online_read(self, config, table, entity_keys, requested_features=None):
        return [(None, None) for _ in entity_keys]

    def update(self, config, tables_to_delete, tables_to_keep, entities_to_delete, entities_to_keep, partial):
        for table in tables_to_keep:
            self._get_conn(config).execute(
                f"CREATE TABLE IF NOT EXISTS {config.project}_{table.name}(entity_key TEXT, feature TEXT, value BLOB)"
            )
        for table in tables_to_delete:
            self._get_conn(config).execute(f"DROP TABLE {config.project}_{table.name}")
        self._get_conn(config).commit()

    def teardown(self, config, tables, entities):
        for table in tables:
            self._get_conn(config).execute(f"DROP TABLE {config.project}_{table.name}")
        self._get_conn(config).commit()
"""


def tables(path):
    import sqlite3

    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]


def test_an_online_store_as_in_feasts_guide(plugin, tmp_path, driver_file):
    name = plugin(ONLINE_PLUGIN)
    database = str(tmp_path / "tables.db")
    settings = config(tmp_path, online_store={"type": f"{name}.TableOnlineStore", "database": database})
    store = FeatureStore(config=settings)
    driver, view = definitions(FileSource(path=driver_file, timestamp_field="event_timestamp"))
    store.apply([driver, view])
    assert tables(database) == ["demo_stats"]
    store.apply([], objects_to_delete=[view], partial=False)
    assert tables(database) == []
    store.apply([driver, view])
    store.teardown()
    assert tables(database) == []


def test_recorded_infrastructure_is_planned(plugin, tmp_path, driver_file):
    name = plugin(
        ONLINE_PLUGIN
        + """
    def plan(self, config, desired_registry_proto):
        return [Bucket(view.spec.name) for view in desired_registry_proto.feature_views]


from feast.infra.infra_object import InfraObject
from feast.protos.feast.core.InfraObject_pb2 import InfraObject as InfraObjectProto


class Bucket(InfraObject):
    def __init__(self, name):
        super().__init__(name)

    def to_proto(self):
        return InfraObjectProto.CustomInfra(field=self.name.encode())

    def to_infra_object_proto(self):
        return InfraObjectProto(infra_object_class_type="{module}.Bucket", custom_infra=self.to_proto())

    @staticmethod
    def from_infra_object_proto(proto):
        return Bucket(proto.custom_infra.field.decode())

    def update(self):
        pass

    def teardown(self):
        pass
"""
    )
    online = {"type": f"{name}.TableOnlineStore", "database": str(tmp_path / "tables.db")}
    store = FeatureStore(config=config(tmp_path, online_store=online))
    objects = definitions(FileSource(path=driver_file, timestamp_field="event_timestamp"))
    _, infra, _ = store.plan(objects)
    assert [diff.transition_type.name for diff in infra.infra_object_diffs] == ["CREATE"]
    store.apply(objects)
    assert not store.plan(objects)[1].infra_object_diffs
    from feast.infra.infra_object import InfraObject

    recorded = store.registry.proto().infra.infra_objects
    assert [InfraObject.from_infra_object_proto(item).name for item in recorded] == ["stats"]


@pytest.fixture
def example(tmp_path):
    target = tmp_path / "rides"
    shutil.copytree(ROOT / "examples" / "plugins", target)
    return target


def test_the_example_from_python(example, monkeypatch, capsys):
    monkeypatch.chdir(example.parent)
    store = FeatureStore(example)
    from feast.repo_operations import parse_repo

    store.apply(parse_repo(example).objects())
    assert capsys.readouterr().out == "audit: rides: deployed trips\n"
    times = pd.to_datetime(["2022-05-02T10:00", "2022-05-01T10:00"], utc=True)
    rows = pd.DataFrame({"driver_id": [1001, 1002], "event_timestamp": times})
    job = store.get_historical_features(rows, store.get_feature_service("model"))
    frame = job.to_df().sort_values("driver_id")
    assert list(frame["trips_today"]) == [5, 7]
    assert list(frame["stars"]) == [3.75, 1.25]
    job.to_trip_log(example / "out.csv")
    assert (example / "out.csv").read_text().startswith("# trip log\n")

    from feast.infra.offline_stores.file_source import SavedDatasetFileStorage

    path = str(example / "saved.parquet")
    store.create_saved_dataset(job, "training", SavedDatasetFileStorage(path=path))
    assert [found.name for found in store.list_saved_datasets()] == ["training"]
    assert len(pd.read_parquet(path)) == 2
    store.teardown()
    assert not (example / "data" / "registry.sqlite").exists()


def test_its_stores_do_what_materialization_will_ask_of_them(example, monkeypatch):
    monkeypatch.syspath_prepend(str(example))
    from ride_plugins.offline_store import TripLogOfflineStore, TripLogSource
    from ride_plugins.online_store import FolderOnlineStore

    from feast.protos.feast.types.EntityKey_pb2 import EntityKey
    from feast.type_map import python_values_to_proto_values

    settings = FeatureStore(example).config
    latest = TripLogOfflineStore.pull_latest_from_table_or_query(
        settings, TripLogSource(log="trips"), ["driver_id"], ["trips_today"], "event_timestamp", None, None, None
    ).to_df()
    assert dict(zip(latest["driver_id"], latest["trips_today"])) == {1001: 5, 1002: 7}

    view = definitions(FileSource(path="x", timestamp_field="t"))[1]
    online = FolderOnlineStore()
    online.update(settings, [], [view], [], [], False)
    keys = [
        EntityKey(join_keys=["driver_id"], entity_values=python_values_to_proto_values([number], ValueType.INT64))
        for number in (1001, 5)
    ]
    now = datetime.datetime.now(datetime.timezone.utc)
    values = dict(zip(["avg_daily_trips"], python_values_to_proto_values([7], ValueType.INT64)))
    online.online_write_batch(settings, view, [(keys[0], values, now, None)], None)
    assert online.online_read(settings, view, keys) == [(now, values), (None, None)]


def command(*arguments, cwd, **environment):
    done = subprocess.run(
        [FEAST, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "FEAST_PYTHON": sys.executable, **environment},
    )
    return done.returncode, done.stdout, done.stderr


def test_the_example_from_the_command_line(example):
    assert "Created feature view trips\n" in command("plan", cwd=example)[1]
    code, out, err = command("apply", cwd=example)
    assert (code, err) == (0, "")
    assert "audit: rides: deployed trips\n" in out
    assert "Registered feature view trips\n" in out
    assert "trips" in command("-c", "rides", "data-sources", "list", cwd=example.parent)[1]
    assert "TripLogSource" in command("data-sources", "describe", "trips", cwd=example)[1]
    assert "No changes to registry" in command("plan", cwd=example)[1]
    code, out, _ = command("teardown", cwd=example)
    assert (code, out) == (0, "audit: rides: torn down\n")


def test_the_command_keeps_to_the_python_of_its_environment(example):
    # A virtual environment's Python is a link; the one that it leads to has no packages.
    variables = {name: value for name, value in os.environ.items() if name not in ("FEAST_PYTHON", "VIRTUAL_ENV")}
    done = subprocess.run([FEAST, "plan"], cwd=example, capture_output=True, text=True, env=variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Created feature view trips\n" in done.stdout


def test_listing_with_a_plain_registry_needs_no_python(example):
    (example / "feature_store.yaml").write_text(
        (example / "feature_store.yaml")
        .read_text()
        .replace(
            "registry:\n  registry_store_type: ride_plugins.registry_store.VersionedRegistryStore\n  path: data/registry.sqlite",
            "registry: data/registry.db",
        )
    )
    assert command("apply", cwd=example)[0] == 0
    code, out, _ = command("feature-views", "list", cwd=example, FEAST_PYTHON="/nowhere/python")
    assert code == 0 and "trips" in out
    code, _, err = command("apply", cwd=example, FEAST_PYTHON="/nowhere/python")
    assert code == 1 and "FEAST_PYTHON is not a program" in err


@pytest.mark.parametrize(
    "changes, error, text",
    [
        ({"offline_store": "no.such.FooOfflineStore"}, "FeastModuleImportError", "add its folder to PYTHONPATH"),
        ({"online_store": "no.such.FooOnlineStore"}, "FeastModuleImportError", "'no.such'"),
        ({"provider": "no.such.Provider"}, "FeastModuleImportError", "'no.such'"),
        (
            {"offline_store": "{module}.TalkngOfflineStore"},
            "FeastClassImportError",
            "Did you mean 'TalkingOfflineStore'?",
        ),
        ({"provider": "{module}.Missing"}, "FeastClassImportError", "Could not import class 'Missing' from module"),
        ({"provider": "{module}.TalkingOfflineStore"}, "FeastInvalidBaseClass", "does not derive from Provider"),
        ({"offline_store": "{module}.NotAnOfflineStore"}, "FeastInvalidBaseClass", "does not derive from OfflineStore"),
        ({"online_store": "{module}.NotAnOnlineStore"}, "FeastInvalidBaseClass", "does not derive from OnlineStore"),
        (
            {"registry": {"registry_store_type": "{module}.NotARegistryStore", "path": "x"}},
            "FeastInvalidBaseClass",
            "does not derive from RegistryStore",
        ),
        (
            {"offline_store": {"type": "{module}.TalkingOfflineStore", "greting": "hi"}},
            "FeastConfigError",
            "greting",
        ),
        ({"offline_store": "{module}.Talking"}, "FeastOfflineStoreInvalidName", "ends in OfflineStore"),
        ({"online_store": "{module}.Talking"}, "FeastOnlineStoreInvalidName", "ends in OnlineStore"),
        ({"provider": "lokal"}, "FeastProviderNotImplementedError", "dotted path"),
    ],
)
def test_what_cannot_be_used_is_refused_with_feasts_error(plugin, tmp_path, changes, error, text):
    name = plugin(
        FILE_PLUGIN + "\n\nclass NotAnOfflineStore:\n    pass\n\n\nclass NotAnOnlineStore:\n    pass\n"
        "\n\nclass NotARegistryStore:\n    pass\n"
    )
    changes = json.loads(json.dumps(changes).replace("{module}", name))
    with pytest.raises(getattr(errors, error), match=text.replace("?", r"\?").replace("'", ".")):
        FeatureStore(config=config(tmp_path, **changes)).list_entities()


def test_a_module_that_fails_shows_its_traceback(plugin, tmp_path):
    name = plugin("import nothing_of_this_name\n")
    with pytest.raises(errors.FeastModuleImportError, match="Mend the module(.|\n)*nothing_of_this_name"):
        FeatureStore(config=config(tmp_path, provider=f"{name}.P"))


def test_config_classes_need_pydantic(plugin, tmp_path, monkeypatch):
    import feast.repo_config

    name = plugin(FILE_PLUGIN)
    monkeypatch.setitem(sys.modules, "pydantic", None)
    # Of the module's own names: asking for the attribute would make it, with pydantic.
    monkeypatch.delitem(vars(feast.repo_config), "FeastConfigBaseModel", raising=False)
    with pytest.raises(errors.FeastModuleImportError, match="pip install pydantic"):
        FeatureStore(config=config(tmp_path, offline_store=f"{name}.TalkingOfflineStore"))


RAISING = ONLINE_PLUGIN.replace(
    "        for table in tables_to_keep:",
    "        raise KeyError('the table service is away')\n        for table in []:",
    1,
)


def test_an_exception_of_the_users_own_is_raised_as_it_is(plugin, tmp_path, driver_file):
    name = plugin(RAISING)
    store = FeatureStore(config=config(tmp_path, online_store=f"{name}.TableOnlineStore"))
    with pytest.raises(KeyError, match="the table service is away") as caught:
        store.apply(definitions(FileSource(path=driver_file, timestamp_field="event_timestamp")))
    assert any(f"{name}.py" in str(entry.path) for entry in caught.traceback)
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == [
            f"The online store '{name}.TableOnlineStore': update() failed: KeyError: 'the table service is away'"
        ]
    assert not (tmp_path / "registry.db").exists(), "nothing was registered"


def test_the_command_shows_the_traceback_after_a_line_of_ours(example):
    path = example / "ride_plugins" / "online_store.py"
    path.write_text(
        path.read_text().replace("        for view in tables_to_keep:", "        1 / 0\n        for view in []:")
    )
    code, _, err = command("apply", cwd=example)
    assert code == 1
    lines = err.splitlines()
    assert lines[0].startswith(
        "Error: The provider 'ride_plugins.provider.AuditedProvider': update() failed: ZeroDivisionError"
    )
    assert lines[1] == "Traceback (most recent call last):"
    assert "    1 / 0" in lines


def test_sources_say_what_they_lack():
    from feast.data_source import DataSource

    with pytest.raises(TypeError, match="DataSource is abstract"):
        DataSource(name="x")

    class Half(DataSource):
        pass

    with pytest.raises(TypeError, match="lacks from_proto and _to_proto_impl"):
        Half(name="x")


def test_a_source_whose_class_is_not_installed_is_still_listed(plugin, tmp_path, driver_file, monkeypatch):
    name = plugin(FILE_PLUGIN)
    source = getattr(__import__(name), "TalkingSource")(path=driver_file, timestamp_field="event_timestamp")
    store = FeatureStore(config=config(tmp_path))
    store.apply([source])
    monkeypatch.delitem(sys.modules, name)
    (tmp_path / f"{name}.py").unlink()
    (found,) = FeatureStore(config=config(tmp_path)).list_data_sources()
    assert found.data_source_class_type == f"{name}.TalkingSource"


def test_a_registry_store_sees_conflicts(example, monkeypatch):
    """Two stores on one registry: the second apply keeps what the first wrote."""
    monkeypatch.syspath_prepend(str(example))
    first, second = FeatureStore(example), FeatureStore(example)
    first.list_entities(), second.list_entities()
    first.apply([Entity(name="a", join_keys=["a"], value_type=ValueType.INT64)])
    second.apply([Entity(name="b", join_keys=["b"], value_type=ValueType.INT64)])
    assert sorted(found.name for found in first.list_entities()) == ["a", "b"]


SLOW_REGISTRY = """
import threading, time
from ride_plugins.registry_store import VersionedRegistryStore

threads = []

class SlowRegistryStore(VersionedRegistryStore):
    def get_registry_proto(self):
        threads.append(threading.get_ident())
        time.sleep(0.02)  # lets go of the GIL, as any read of a network does
        return super().get_registry_proto()
"""

THREADED_READERS = """
import faulthandler, threading, time
faulthandler.dump_traceback_later(60, exit=True)
from feast import Entity, FeatureStore, ValueType
import slow_registry

store = FeatureStore(".")
store.apply([Entity(name="a", join_keys=["a"], value_type=ValueType.INT64)])
end = time.monotonic() + 3
readers = []

def read():
    readers.append(threading.get_ident())
    while time.monotonic() < end:
        assert store.list_entities(allow_cache=True)
        store.refresh_registry()
        FeatureStore(".").list_entities()

running = [threading.Thread(target=read) for _ in range(4)]
for thread in running:
    thread.start()
while time.monotonic() < end:
    store.apply([Entity(name="b", join_keys=["b"], value_type=ValueType.INT64, description=str(time.time()))])
for thread in running:
    thread.join()
assert set(slow_registry.threads) <= {threading.get_ident(), *readers}
print("calls:", len(slow_registry.threads))
"""


def test_a_registry_store_is_called_by_its_readers_only(example):
    """With cache_mode: thread too: no thread of ours waits for the GIL while one that has it waits for ours."""
    (example / "slow_registry.py").write_text(SLOW_REGISTRY)
    yaml = example / "feature_store.yaml"
    options = "registry_store_type: slow_registry.SlowRegistryStore\n  cache_mode: thread\n  cache_ttl_seconds: 1"
    text = yaml.read_text().replace("registry_store_type: ride_plugins.registry_store.VersionedRegistryStore", options)
    assert "slow_registry" in text
    yaml.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", THREADED_READERS], cwd=example, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split("calls:")[1]) > 20, done.stdout


CANARY = """
import pathlib
pathlib.Path(__file__ + ".imported").touch()
from feast.data_source import DataSource

class XDataSource(DataSource):
    @staticmethod
    def from_proto(message):
        if message.name == "broken":
            raise RuntimeError("cannot be made again")
        return XDataSource(name=message.name)

    def _to_proto_impl(self):
        raise NotImplementedError
"""


def test_listing_imports_only_what_the_configuration_names(tmp_path, monkeypatch):
    """Whoever writes to the registry chooses data_source_class_type, and must not choose what its readers run."""
    from feast.protos.feast.core.DataSource_pb2 import DataSource as DataSourceProto
    from feast.protos.feast.core.Registry_pb2 import Registry as RegistryProto

    from feast import _plugins

    monkeypatch.setattr(_plugins, "_named_modules", set())
    monkeypatch.setattr(_plugins, "_trusts_registry", False)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = f"canary_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{module}.py").write_text(CANARY)
    (tmp_path / "feature_store.yaml").write_text(
        "project: demo\nprovider: local\nregistry: registry.db\nonline_store: null\n"
    )
    FeatureStore(tmp_path).apply([Entity(name="e", join_keys=["e"], value_type=ValueType.INT64)])
    file = tmp_path / "registry.db"
    registry = RegistryProto.FromString(file.read_bytes())
    for name in ("one", "broken"):
        source = registry.data_sources.add(name=name, project="demo", type=DataSourceProto.CUSTOM_SOURCE)
        source.data_source_class_type = f"{module}.XDataSource"
        source.custom_options.configuration = b"{}"
    file.write_bytes(registry.SerializeToString())

    store = FeatureStore(tmp_path)
    assert [found.name for found in store.list_entities()] == ["e"]
    with pytest.warns(UserWarning, match="data_source_classes"):
        sources = store.list_data_sources()
    assert [type(found).__name__ for found in sources] == ["CustomSource"] * 2
    assert {found.data_source_class_type for found in sources} == {f"{module}.XDataSource"}
    assert not (tmp_path / f"{module}.py.imported").exists()

    with (tmp_path / "feature_store.yaml").open("a") as yaml:
        yaml.write(f"data_source_classes: [{module}.XDataSource]\n")
    with pytest.warns(UserWarning, match="cannot be made again"):
        kinds = {found.name: type(found).__name__ for found in FeatureStore(tmp_path).list_data_sources()}
    assert kinds == {"one": "XDataSource", "broken": "CustomSource"}
