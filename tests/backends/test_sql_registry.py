"""The registry in a database: shared with real Feast, with many writers, and with databases that are not as they should be."""

import json
import os
import re
import sqlite3
import subprocess
import uuid

import pytest

LISTED = """
import json
from feast import FeatureStore
store = FeatureStore(repo_path=".")
print(json.dumps({
    "entities": sorted((e.name, e.join_key, e.description) for e in store.list_entities()),
    "sources": sorted((s.name, s.timestamp_field, s.owner) for s in store.list_data_sources()),
    "views": sorted((v.name, list(v.entities), v.ttl.total_seconds(), sorted((f.name, str(f.dtype)) for f in v.features))
                    for v in store.list_feature_views()),
    "on_demand": sorted((v.name, v.mode) for v in store.list_on_demand_feature_views()),
    "services": sorted((s.name, [p.name for p in s.feature_view_projections]) for s in store.list_feature_services()),
    "projects": sorted(p.name for p in store.list_projects()),
}, sort_keys=True))
"""

APPLY_ENTITIES = """
import sys
from feast import Entity, FeatureStore, ValueType
store = FeatureStore(repo_path=".")
for i in range(int(sys.argv[2])):
    name = f"{sys.argv[1]}_{i}"
    store.apply([Entity(name=name, join_keys=[name], value_type=ValueType.INT64)])
"""


class Database:
    """A fresh database: its URL, and what it holds."""

    def __init__(self, url, query):
        self.url, self.query = url, query

    def layout(self):
        """Columns and keys of each table, as the database tells them."""
        return sorted(self.query("LAYOUT"))


def sqlite_query(path):
    def query(sql):
        connection = sqlite3.connect(path)
        if sql == "LAYOUT":
            rows = []
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                for _, name, kind, not_null, _, key in connection.execute(f"PRAGMA table_info({table})"):
                    rows.append((table, name, kind, not_null, key > 0))
            rows += connection.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'").fetchall()
            return [str(row) for row in rows]
        rows = connection.execute(sql).fetchall()
        connection.commit()
        return rows

    return query


POSTGRES_LAYOUT = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns
WHERE table_schema = 'public'
UNION ALL SELECT tablename, indexname, regexp_replace(indexdef, '^.*USING', ''), NULL, NULL FROM pg_indexes
WHERE schemaname = 'public'
"""


@pytest.fixture(params=["sqlite", "postgres"])
def new_database(request, tmp_path):
    """Makes a fresh database."""
    if request.param == "sqlite":

        def make():
            path = tmp_path / f"{uuid.uuid4()}.db"
            return Database(f"sqlite:///{path}", sqlite_query(path))

        return make
    server = request.getfixturevalue("postgres_server")

    def make():
        name = f"feast_{uuid.uuid4().hex}"
        url = server.create_database(name).replace("postgresql://", "postgresql+psycopg://")

        def query(sql):
            text = server.run_sql(POSTGRES_LAYOUT if sql == "LAYOUT" else sql, name)
            return text.splitlines() if sql == "LAYOUT" else [tuple(line.split("|")) for line in text.splitlines()]

        return Database(url, query)

    return make


@pytest.fixture
def database(new_database):
    return new_database()


def configure(repository, url, **options):
    path = repository / "feature_store.yaml"
    registry = json.dumps({"registry_type": "sql", "path": url, "cache_ttl_seconds": 60, **options})
    path.write_text(re.sub(r"(?m)^registry:.*$", lambda _: f"registry: {registry}", path.read_text()))
    return repository


def listed(side, repository):
    return json.loads(side.script(LISTED, cwd=repository).splitlines()[-1])


def applying(python, repository, writer, count):
    command = [python, "-W", "ignore", "-c", APPLY_ENTITIES, writer, str(count)]
    return subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(processes):
    for process in processes:
        output = process.communicate(timeout=300)[0]
        assert process.returncode == 0, output


@pytest.mark.parametrize("writer, reader", [("ours", "theirs"), ("theirs", "ours")])
def test_what_one_side_applies_the_other_reads_and_changes(writer, reader, repository, database, request):
    writer, reader = request.getfixturevalue(writer), request.getfixturevalue(reader)
    configure(repository, database.url)
    writer.run("apply", cwd=repository)
    before = listed(writer, repository)
    assert [view[0] for view in before["views"]] == ["declared", "inferred", "pushed"]
    assert listed(reader, repository) == before
    assert "No changes to registry" in reader.run("plan", cwd=repository)

    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + '\ncity = Entity(name="city", join_keys=["city_id"])\n')
    reader.run("apply", cwd=repository)
    after = listed(writer, repository)
    assert {entity[0] for entity in after["entities"]} - {entity[0] for entity in before["entities"]} == {"city"}
    assert {**after, "entities": 0} == {**before, "entities": 0}
    assert "No changes to registry" in writer.run("plan", cwd=repository)


def test_the_tables_are_those_feast_makes_and_one_of_ours(ours, theirs, repository, new_database):
    mine, real = new_database(), new_database()
    ours.run("apply", cwd=configure(repository, mine.url))
    theirs.run("apply", cwd=configure(repository, real.url))
    assert [line for line in mine.layout() if "feast_cpp_history" not in line] == real.layout()
    tables = "projects entities data_sources feature_views on_demand_feature_views feature_services managed_infra"
    for table in tables.split():
        count = f"SELECT count(*) FROM {table}"
        assert mine.query(count) == real.query(count), table


def test_a_view_deleted_here_can_be_made_anew_by_feast(ours, theirs, repository, database):
    configure(repository, database.url)
    theirs.run("apply", cwd=repository)
    ours.script("from feast import FeatureStore\nFeatureStore('.').delete_feature_view('inferred')", cwd=repository)
    theirs.run("apply", cwd=repository)
    assert "inferred" in [view[0] for view in listed(ours, repository)["views"]]


def test_many_writers_lose_nothing(ours, repository, database):
    configure(repository, database.url)
    finish([applying(ours.python, repository, f"writer{i}", 10) for i in range(8)])
    names = {entity[0] for entity in listed(ours, repository)["entities"]}
    assert {f"writer{i}_{k}" for i in range(8) for k in range(10)} <= names


def test_writers_of_both_kinds_lose_nothing(ours, theirs, repository, postgres_server):
    """On PostgreSQL: with SQLite, Feast's own writers get in each other's way."""
    configure(repository, postgres_server.create_database(f"feast_{uuid.uuid4().hex}"))
    theirs.script("from feast import FeatureStore\nFeatureStore('.').refresh_registry()", cwd=repository)
    writers = [applying(theirs.python, repository, "theirs", 20)]
    finish(writers + [applying(ours.python, repository, f"ours{i}", 20) for i in range(3)])
    expected = {f"{writer}_{k}" for writer in ["theirs", "ours0", "ours1", "ours2"] for k in range(20)}
    for side in (ours, theirs):
        assert expected <= {entity[0] for entity in listed(side, repository)["entities"]}


def failure(side, repository, *arguments, environment=None):
    done = subprocess.run(
        [side.command, *arguments], cwd=repository, capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_errors_name_the_place_and_what_to_do(ours, repository, postgres_server):
    server = postgres_server
    base = f"127.0.0.1:{server.port}"
    server.run_sql("CREATE ROLE reader LOGIN PASSWORD 'hush-hush'")
    layout = server.create_database("other_layout")
    server.run_sql("CREATE TABLE entities (id int)", "other_layout")
    cases = [
        ("postgresql://ann:hush-hush@127.0.0.1:1/feast", "Connection refused", "Check that the server runs"),
        ("postgresql://ann:hush-hush@no.such.host.invalid/feast", "could not translate host name", "host and port"),
        (f"postgresql://feast:hush-hush@{base}/postgres", "password authentication failed", "Check user and password"),
        (f"postgresql://feast@{base}/postgres", "no password supplied", "PGPASSWORD"),
        (f"postgresql://feast:{server.password}@{base}/nowhere", '"nowhere" does not exist', "createdb"),
        (f"postgresql://feast:{server.password}@{base}/postgres?sslmode=never", "sslmode", "options behind ?"),
        (layout, "table 'entities' that is not a Feast registry's", "another database or schema"),
        (f"postgresql://reader:hush-hush@{base}/postgres", "permission denied", "Grant its user"),
        ("mysql+pymysql://ann:hush-hush@db/feast", "'mysql'", "postgresql:// or sqlite:///"),
        ("data/registry.db", "database's URL", "postgresql://user@host"),
    ]
    for url, what, advice in cases:
        message = failure(ours, configure(repository, url), "apply")
        assert what in message and advice in message, message
        assert "hush-hush" not in message and server.password not in message, message


def test_a_silent_server_is_given_up(ours, repository):
    import socket
    import time

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://ann@127.0.0.1:{silent.getsockname()[1]}/feast?connect_timeout=2"
        started = time.monotonic()
        message = failure(ours, configure(repository, url), "entities", "list")
        assert "timeout expired" in message
        assert time.monotonic() - started < 20


def test_a_reader_needs_no_more_than_select(ours, repository, postgres_server):
    name = f"feast_{uuid.uuid4().hex}"
    ours.run("apply", cwd=configure(repository, postgres_server.create_database(name)))
    postgres_server.run_sql("CREATE ROLE looker LOGIN PASSWORD 'hush-hush'", name)
    postgres_server.run_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker", name)
    url = postgres_server.url_of(name).replace(f"feast:{postgres_server.password}", "looker:hush-hush")
    configure(repository, url)
    assert "driver" in ours.run("entities", "list", cwd=repository)
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + '\ncity = Entity(name="city", join_keys=["city_id"])\n')
    message = failure(ours, repository, "apply")
    assert "permission denied" in message and "Grant its user" in message
    assert "city" not in ours.run("entities", "list", cwd=repository)


def test_options_of_feast_are_taken(ours, repository, postgres_server):
    name = f"feast_{uuid.uuid4().hex}"
    url = postgres_server.create_database(name)
    postgres_server.run_sql("CREATE SCHEMA team", name)
    options = {
        "read_path": url,
        "schema_mode": "auto",
        "sqlalchemy_config_kwargs": {
            "echo": False,
            "pool_pre_ping": True,
            "connect_args": {"options": "-csearch_path=team"},
        },
    }
    ours.run("apply", cwd=configure(repository, url, **options))
    assert postgres_server.run_sql("SELECT count(*) FROM team.feature_views", name).strip() == "3"
    assert "declared" in ours.run("feature-views", "list", cwd=repository)
    message = failure(ours, configure(repository, url, schema_mode="verify"), "entities", "list")
    assert "lacks tables" in message and "schema_mode: auto" in message
    shown = ours.run("configuration", cwd=repository)
    assert postgres_server.password not in shown


def test_teardown_empties_the_tables(ours, repository, database):
    configure(repository, database.url)
    ours.run("apply", cwd=repository)
    ours.run("teardown", cwd=repository)
    for table in ("projects", "feature_views", "feast_metadata", "managed_infra"):
        assert [int(row[0]) for row in database.query(f"SELECT count(*) FROM {table}")] == [0], table


def test_libpq_is_loaded_on_first_use_only(ours, repository, postgres_server):
    def libraries(*arguments):
        environment = {**os.environ, "LD_DEBUG": "files"}
        done = subprocess.run(
            [ours.command, *arguments], cwd=repository, capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stderr

    configure(repository, postgres_server.create_database(f"feast_{uuid.uuid4().hex}"))
    assert "libpq" not in libraries("version")
    assert "libpq" in libraries("entities", "list")


def versions(repository, ours):
    return [(r["number"], r["command"]) for r in json.loads(ours.run(*LOG, cwd=repository))]


LOG = ("registry", "log", "--format", "json")
CITY = '\ncity = Entity(name="city", join_keys=["city_id"])\n'


def test_log_diff_and_rollback(ours, repository, database):
    configure(repository, database.url, history_max=3)
    ours.run("apply", cwd=repository)
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + CITY)
    ours.run("apply", cwd=repository)
    assert versions(repository, ours) == [(2, "feast apply"), (1, "feast apply")]
    assert "Created entity city" in ours.run("registry", "diff", "1", cwd=repository)
    assert "Rolled back to version 1." in ours.run("registry", "rollback", "1", cwd=repository)
    assert "city" not in ours.run("entities", "list", cwd=repository)
    ours.run("registry", "rollback", "2", cwd=repository)
    assert [number for number, _ in versions(repository, ours)] == [4, 3, 2]
    # Three records and registries, the pointer to the latest and the head: what was forgotten is deleted.
    assert [int(row[0]) for row in database.query("SELECT count(*) FROM feast_cpp_history")] == [8]
    ours.run("teardown", cwd=repository)
    ours.run("registry", "rollback", "4", cwd=repository)
    assert "city" in ours.run("entities", "list", cwd=repository)


def test_a_plan_is_compared_with_a_registry_in_a_database(ours, repository, database):
    configure(repository, database.url)
    ours.run("apply", cwd=repository)
    configuration = repository / "feature_store.yaml"
    configuration.write_text("project: staging\nregistry: data/registry.db\nprovider: local\n")
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + CITY)
    for layout in ("text", "json", "markdown"):
        output = ours.run("plan", "--against", database.url, "--format", layout, cwd=repository)
        assert "city" in output and "driver" not in output.replace(database.url, "")
        assert "feast-test-password" not in output


def test_a_plan_is_refused_when_the_registry_moved_on(ours, theirs, repository, database):
    configure(repository, database.url)
    ours.run("apply", cwd=repository)
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + CITY)
    ours.run("plan", "--out", "plan.bin", cwd=repository)
    theirs.script(
        "from feast import Entity, FeatureStore\nFeatureStore('.').apply([Entity(name='town', join_keys=['town_id'])])",
        cwd=repository,
    )
    assert "The registry has changed since the plan file" in failure(ours, repository, "apply", "plan.bin")
    ours.run("plan", "--out", "plan.bin", cwd=repository)
    ours.run("apply", "plan.bin", cwd=repository)


def test_feast_beside_the_history(ours, theirs, repository, database):
    configure(repository, database.url)
    ours.run("apply", cwd=repository)
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + CITY)
    theirs.run("apply", cwd=repository)
    assert "city" in theirs.run("entities", "list", cwd=repository)
    # What Feast wrote is taken up by the next version of ours, and can be had back.
    ours.run("delete", "city", cwd=repository)
    records = json.loads(ours.run(*LOG, cwd=repository))
    assert [(r["number"], r["summary"]) for r in records[1:]] == [
        (2, "written by another program"),
        (1, records[2]["summary"]),
    ]
    ours.run("registry", "rollback", "2", cwd=repository)
    assert listed(theirs, repository) == listed(ours, repository)
    assert "city" in [entity[0] for entity in listed(theirs, repository)["entities"]]
    theirs.run("teardown", cwd=repository)
    assert listed(ours, repository)["entities"] == []
    assert versions(repository, ours)[0] == (4, "feast registry rollback 2")
    theirs.run("apply", cwd=repository)
    assert listed(theirs, repository) == listed(ours, repository)


def test_who_may_not_read_the_history_sees_none(ours, repository, postgres_server):
    name = f"feast_{uuid.uuid4().hex}"
    ours.run("apply", cwd=configure(repository, postgres_server.create_database(name)))
    postgres_server.run_sql("CREATE ROLE narrow LOGIN PASSWORD 'hush-hush'", name)
    postgres_server.run_sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO narrow", name)
    postgres_server.run_sql("REVOKE ALL ON feast_cpp_history FROM narrow", name)
    url = postgres_server.url_of(name).replace(f"feast:{postgres_server.password}", "narrow:hush-hush")
    configure(repository, url)
    assert "driver" in ours.run("entities", "list", cwd=repository)
    assert versions(repository, ours) == []
    definitions = repository / "definitions.py"
    definitions.write_text(definitions.read_text() + CITY)
    message = failure(ours, repository, "apply")
    assert "The registry's history cannot be written" in message and "history_max: 0" in message, message
    configure(repository, url, history_max=0)
    ours.run("apply", cwd=repository)
    configure(repository, postgres_server.url_of(name))
    ours.run("delete", "city", cwd=repository)
    assert [number for number, _ in versions(repository, ours)] == [3, 2, 1]
