"""No output shows a secret: every command, in every format, with a canary in every place where a secret may stand."""

import base64
import copy
import os
import pathlib
import pickle
import subprocess
import sys

import pytest
from test_cli import FEAST

CANARY = "S3CR3TCANARY"

# Configurations whose registry is out of reach: most commands end in an error that names it.
REGISTRIES = {
    "user info": f"postgresql://u:{CANARY}@127.0.0.1:1/db",
    "query": f"postgresql://u@127.0.0.1:1/db?password={CANARY}",
    "sslpassword": f"postgresql://u:x@127.0.0.1:1/db?sslpassword={CANARY}&connect_timeout=1",
    "slash": f"postgresql://u:12/{CANARY}@127.0.0.1:1/db",
    "at": f"postgresql://u:x@{CANARY}@127.0.0.1:1/db",
    "no host": f"postgresql://u:{CANARY}",
    "other dialect": f"mysql+pymysql://u:{CANARY}@127.0.0.1:1/db",
}
BLOCKS = {
    "spark": "offline_store:\n  type: spark\n  spark_conf:\n    spark.hadoop.fs.s3a.access.key: {0}\n    x.password: {0}\n",
    "custom dsn": "online_store:\n  type: mymod.MyOnlineStore\n  dsn: 'Server=h;Pwd={0}'\n  api_token: {0}\n",
    "redis": "online_store:\n  type: redis\n  connection_string: localhost:6379,password={0}\n",
    "postgres": "online_store:\n  type: postgres\n  host: h\n  database: d\n  user: u\n  password: {0}\n",
    "auth": "auth:\n  type: oidc\n  client_id: c\n  client_secret: {0}\n  auth_discovery_url: https://u:{0}@h/d\n",
    "mlflow": "mlflow:\n  tracking_uri: http://u:{0}@h\n  options: [{{name: DB_PASSWORD, value: '{0}'}}]\n",
    "kept": "my_block:\n  secret: {{a: '{0}', b: ['{0}']}}\n  url: redis://:{0}@h/0\n",
}
COMMANDS = [
    ["configuration"],
    *[["plan", "--format", form] for form in ("text", "json", "markdown", "github")],
    ["plan", "--drift"],
    ["apply"],
    *[[group, "list"] for group in ("entities", "data-sources", "feature-views", "feature-services", "projects")],
    ["entities", "describe", "driver"],
    ["registry-dump"],
    ["registry", "log"],
    ["teardown"],
]

DEFINITIONS = """
from datetime import timedelta
from feast import Entity, FeatureService, FeatureView, Field, FileSource, KafkaSource
from feast.types import Float32, Int64
driver = Entity(name="driver", join_keys=["driver_id"], description="d0", tags={"a": "b"})
source = FileSource(name="source", path="p0.parquet", timestamp_field="ts", description="d1", tags={"a": "b"})
view = FeatureView(name="view", entities=[driver], ttl=timedelta(days=1), source=source, tags={"a": "b"}, owner="o0",
    schema=[Field(name="driver_id", dtype=Int64), Field(name="f", dtype=Float32)])
service = FeatureService(name="service", features=[view], tags={"a": "b"}, owner="o1")
"""
CONFIG = "project: p\nprovider: local\nregistry: registry.db\nonline_store: null\n"


def feast(folder, *arguments):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FEAST_PYTHON": sys.executable,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "AWS_EC2_METADATA_DISABLED": "true",
        **{key: value for key, value in os.environ.items() if key in ("PYTHONPATH", "LD_LIBRARY_PATH")},
    }
    done = subprocess.run([FEAST, *arguments], cwd=folder, env=environment, capture_output=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def repo(folder, config, definitions=DEFINITIONS):
    (folder / "feature_store.yaml").write_text(config)
    (folder / "definitions.py").write_text(definitions)
    return folder


class Outputs:
    """What was shown; checked in one go, so that a failure names all places."""

    def __init__(self):
        self.count = 0
        self.bad = []

    def look(self, what, output):
        text = output if isinstance(output, bytes) else output.encode()
        self.count += 1
        shown = CANARY.encode() in text
        for word in text.split() if not shown else []:
            # Options that a registry keeps as bytes are shown in base64.
            if len(word) > 16 and base64.b64encode(CANARY.encode())[:12] in word:
                shown = True
        if shown:
            self.bad.append(what)

    def end(self, at_least):
        assert not self.bad
        assert self.count >= at_least


@pytest.mark.parametrize("name", REGISTRIES)
def test_registries_out_of_reach(name, tmp_path):
    outputs = Outputs()
    repo(
        tmp_path,
        f"project: p\nprovider: local\nonline_store: null\nregistry:\n  registry_type: sql\n  path: {REGISTRIES[name]}\n",
    )
    for command in COMMANDS:
        outputs.look(f"{name}: {command}", feast(tmp_path, *command)[1])
    outputs.end(at_least=len(COMMANDS))


@pytest.mark.parametrize("name", BLOCKS)
def test_options_of_stores(name, tmp_path):
    outputs = Outputs()
    repo(tmp_path, CONFIG.replace("online_store: null\n", "") + BLOCKS[name].format(CANARY))
    for command in COMMANDS[:6]:
        outputs.look(f"{name}: {command}", feast(tmp_path, *command)[1])
    code, shown = feast(tmp_path, "configuration")
    assert code == 0 and b"********" in shown
    outputs.end(at_least=6)


def test_a_source_with_credentials_is_refused(tmp_path):
    outputs = Outputs()
    for path in (
        f"s3://AKIA:{CANARY}@b/x.parquet",
        f"s3://AKIA:{CANARY}/+{CANARY}@b/x.parquet",
        f"gs://k:{CANARY}@b/x",
    ):
        repo(tmp_path, CONFIG, DEFINITIONS.replace('name="source", path="p0.parquet"', f'path="{path}"'))
        for command in (["plan"], ["apply"], ["apply", "--skip-source-validation"], ["plan", "--out", "plan.bin"]):
            code, shown = feast(tmp_path, *command)
            assert code == 1 and b"has a password or key in its" in shown, shown
            outputs.look(f"{path}: {command}", shown)
    assert not (tmp_path / "registry.db").exists() and not (tmp_path / "plan.bin").exists()
    outputs.end(at_least=12)


def test_a_program_registers_it_without_the_credentials(tmp_path):
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource
    from feast.types import Float32, Int64

    repo(tmp_path, CONFIG, "")
    store = FeatureStore(str(tmp_path))
    driver = Entity(name="driver", join_keys=["driver_id"])
    source = FileSource(
        path=f"s3://AKIA:{CANARY}@b/x.parquet", timestamp_field="ts", s3_endpoint_override="http://127.0.0.1:1"
    )
    fields = [Field(name="driver_id", dtype=Int64), Field(name="f", dtype=Float32)]
    view = FeatureView(name="view", entities=[driver], source=source, schema=fields)
    with pytest.warns(UserWarning) as warned:
        store.apply([driver, view])
    assert any("credentials in its path" in str(each.message) for each in warned)
    assert not any(CANARY in str(each.message) for each in warned)
    assert CANARY.encode() not in (tmp_path / "registry.db").read_bytes()
    assert [each.path for each in store.list_data_sources()] == ["s3://b/x.parquet"]
    for file in (tmp_path / "registry.db.history").rglob("*"):
        assert file.is_dir() or CANARY.encode() not in file.read_bytes()


def spoilt(folder):
    """A registry as Feast may have written it: a canary wherever text can stand."""
    from feast.protos.feast.core.Registry_pb2 import Registry

    repo(folder, CONFIG)
    code, shown = feast(folder, "apply", "--skip-source-validation")
    assert code == 0, shown
    registry = Registry.FromString((folder / "registry.db").read_bytes())
    url = f"s3://AKIA:{CANARY}@b/x.parquet"
    for source in [*registry.data_sources, *[view.spec.batch_source for view in registry.feature_views]]:
        source.file_options.uri = url
        source.file_options.s3_endpoint_override = f"http://u:{CANARY}@127.0.0.1:1"
        source.description = f"see https://u:{CANARY}@h/x"
        source.owner = f"https://{CANARY}@h"
        source.tags["db_password"] = CANARY
        source.tags["url"] = f"redis://:{CANARY}@h"
    kafka = registry.data_sources.add(name="kafka", project="p", type=3)
    kafka.kafka_options.kafka_bootstrap_servers = f"SASL_SSL://u:{CANARY}@h:9093"
    custom = registry.data_sources.add(name="custom", project="p", type=5, data_source_class_type="m.Source")
    custom.custom_options.configuration = f'{{"dsn": "x", "password": "{CANARY}"}}'.encode()
    registry.data_sources.add(name=url + ".named", project="p", type=1).file_options.uri = url
    for object in [*registry.entities, *registry.feature_views, *registry.feature_services]:
        object.spec.description = f"password='{CANARY}'"
        object.spec.owner = f"token={CANARY}"
        object.spec.tags["secret"] = CANARY
        object.spec.tags["x"] = f"redis://:{CANARY}@h"
    for feature in registry.feature_views[0].spec.features:
        feature.tags["api_key"] = CANARY
    (folder / "registry.db").write_bytes(registry.SerializeToString())
    return folder


def test_a_registry_full_of_secrets(tmp_path):
    outputs = Outputs()
    spoilt(tmp_path)

    def look(*command):
        outputs.look(str(command), feast(tmp_path, *command)[1])

    for group in (
        "entities",
        "data-sources",
        "feature-views",
        "feature-services",
        "features",
        "projects",
        "saved-datasets",
        "label-views",
        "on-demand-feature-views",
        "stream-feature-views",
    ):
        for form in ("text", "json"):
            look(group, "list", "--format", form)
    look("data-sources", "describe", "source")
    look("data-sources", "describe", "kafka")
    look("data-sources", "describe", "custom")
    look("data-sources", "describe", f"s3://AKIA:{CANARY}@b/x.parquet.named")
    look("entities", "describe", "driver")
    look("feature-views", "describe", "view")
    look("feature-services", "describe", "service")
    look("features", "describe", "f")
    look("registry-dump")
    look("configuration")
    look("entities", "list", "--tags", f"password:{CANARY}x")
    for form in ("text", "json"):
        look("plan", "--drift", "--format", form)
        look("registry", "log", "--format", form)
    # Everything differs from what is declared.
    for form in ("text", "json", "markdown", "github"):
        look("plan", "--skip-source-validation", "--format", form)
        look("plan", "--skip-source-validation", "--against", "registry.db", "--format", form)
    look("plan", "--skip-source-validation", "--against", f"postgresql://u:{CANARY}@127.0.0.1:1/db")
    look("plan", "--skip-source-validation", "--against", f"s3://k:{CANARY}@b/registry.db")
    look("plan", "--skip-source-validation", "--out", "plan.bin")
    outputs.look("plan.bin", (tmp_path / "plan.bin").read_bytes())
    outputs.look("summary", (tmp_path / "summary.md").read_bytes())
    (tmp_path / "rows.json").write_text('[{"driver_id": 1, "event_timestamp": "2024-01-01T00:00:00"}]')
    look("get-historical-features", "-f", "view:f", "--entities", "rows.json", "--explain")
    look(
        "get-historical-features",
        "-f",
        "view:f",
        "--entities",
        f"s3://k:{CANARY}@b/rows.parquet",
        "--output",
        "x.parquet",
    )
    look("apply", "--skip-source-validation")
    look("apply", "--skip-source-validation", "--allow-breaking")
    for form in ("text", "json"):
        look("registry", "log", "--format", form)
    for file in sorted((tmp_path / "registry.db.history").rglob("*.json")):
        outputs.look(file.name, file.read_bytes())
    outputs.end(at_least=45)


def test_what_python_shows(tmp_path):
    from feast import FeatureStore, FileSource, RepoConfig

    outputs = Outputs()
    spoilt(tmp_path)
    store = FeatureStore(str(tmp_path))
    objects = [
        *store.list_data_sources(),
        *store.list_entities(),
        *store.list_feature_views(),
        *store.list_feature_services(),
        FileSource(path=f"s3://AKIA:{CANARY}@b/x", timestamp_field="ts"),
    ]
    for each in objects:
        outputs.look(f"str {type(each)}", str(each))
        outputs.look(f"repr {type(each)}", repr(each))
    for name, url in REGISTRIES.items():
        config = RepoConfig(
            project="p", provider="local", online_store=None, registry={"registry_type": "sql", "path": url}
        )
        outputs.look(name, repr(config) + str(config) + repr(config.registry))
        outputs.look(name, config_error(config))
    outputs.look("store", repr(store))
    for path in (f"s3://AKIA:{CANARY}@127.0.0.1:1/x", f"s3://AKIA:{CANARY}/y@b/x.parquet"):
        with pytest.raises(Exception) as raised:
            store.get_historical_features(path, features=["view:f"]).to_df()
        outputs.look("entity rows", str(raised.value) + repr(raised.value))
    outputs.end(at_least=30)


def config_error(config):
    from feast import FeatureStore

    with pytest.raises(Exception) as raised:
        FeatureStore(config=config).list_entities()
    return f"{raised.value} {raised.value!r}"


def test_a_configuration_can_be_pickled_and_copied(tmp_path):
    from feast import FeatureStore, RepoConfig

    repo(tmp_path, CONFIG.replace("null", "{type: redis, connection_string: 'h:1,password=x'}") + "flags:\n  a: true\n")
    config = RepoConfig.load(tmp_path)
    for other in (pickle.loads(pickle.dumps(config)), copy.copy(config), copy.deepcopy(config)):
        assert other == config and other.repo_path == config.repo_path
        assert FeatureStore(config=other).project == "p"
    for part in (config.registry, config.online_store, config.offline_store):
        assert pickle.loads(pickle.dumps(part)) == copy.deepcopy(part) == copy.copy(part) == part
    assert pathlib.Path(pickle.loads(pickle.dumps(config)).repo_path) == tmp_path
