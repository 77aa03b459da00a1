"""An online store in PostgreSQL that is away, dies, is locked or lacks what it should have."""

import pathlib
import subprocess
import sys
import threading
import time
import uuid

import pyarrow.parquet as pq
import pytest
import servers
from online_place import OnlinePlace, hour
from servers.process import free_port

ROWS = 60_000


def place_at(tmp_path, server, **options):
    block = {"type": "postgres", "host": "127.0.0.1", "port": server.port, "database": "postgres", "sslmode": "disable"}
    block |= {"user": server.user, "password": server.password, "db_schema": "s" + uuid.uuid4().hex[:8], **options}
    return OnlinePlace("postgres", tmp_path, block)


def apply(place):
    place.store.apply([place.driver, place.stats()])
    return place


def write(place, store=None, trips=1, moment=1):
    (store or place.store).write_to_online_store("stats", place.rows([1], [trips], [hour(moment)]))


@pytest.fixture
def own_server():
    try:
        server = servers.PostgresServer.start()
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


@pytest.mark.parametrize(
    "option, value, sentence",
    [
        ("port", None, "Connection refused.*Check that it runs, and `host`, `port` and `sslmode`"),
        ("password", "hunter2", "password authentication failed.*Correct `user` and `password`"),
        ("database", "nowhere", 'database "nowhere" does not exist.*Create it, or correct `database`'),
        ("sslmode", "require", "SSL.*Check that it runs, and `host`, `port` and `sslmode`"),
        ("sslmode", "nonsense", "invalid sslmode value.*Correct the options"),
    ],
)
def test_a_server_that_cannot_be_reached(tmp_path, postgres_server, option, value, sentence):
    place = place_at(tmp_path, postgres_server, **{option: value or free_port()})
    with pytest.raises(OSError, match=sentence) as raised:
        apply(place)
    assert "hunter2" not in str(raised.value) and postgres_server.password not in str(raised.value)


def test_a_table_that_is_not_there(tmp_path, postgres_server):
    place = apply(place_at(tmp_path, postgres_server))
    schema, table = place.block["db_schema"], f"{place.project}_stats"
    postgres_server.run_sql(f'ALTER TABLE {schema}."{table}" DROP COLUMN value_text')
    assert "value_text" in drift(place)
    postgres_server.run_sql(f'DROP TABLE {schema}."{table}"')
    assert table in drift(place)
    store = place.store
    for use in (lambda: write(place, store), lambda: place.read(["stats:trips"], store, driver_id=[1])):
        with pytest.raises(KeyError, match="no table for feature view .*stats.*feast apply"):
            use()
    apply(place)
    write(place, store)
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [1]


def drift(place):
    (place.folder / "definitions.py").write_text("")
    command = [pathlib.Path(sys.executable).parent / "feast", "plan", "--drift"]
    done = subprocess.run([*map(str, command)], cwd=place.folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_feasts_columns_are_filled(tmp_path, postgres_server):
    place = apply(place_at(tmp_path, postgres_server))
    write(place)
    rows = postgres_server.run_sql(
        "SELECT feature_name, value_text, vector_value IS NULL, event_ts AT TIME ZONE 'UTC' "
        f'FROM {place.block["db_schema"]}."{place.project}_stats" ORDER BY 1'
    )
    assert rows == "label|x|t|2024-05-01 01:00:00\ntrips|1|t|2024-05-01 01:00:00\n"


def test_rights_that_are_missing(tmp_path, postgres_server):
    user = "u" + uuid.uuid4().hex[:8]
    postgres_server.run_sql(f"CREATE USER {user} PASSWORD 'hunter2'")
    with pytest.raises(OSError, match="permission denied.*Give the user the right to do so .GRANT.") as raised:
        apply(place_at(tmp_path, postgres_server, user=user, password="hunter2"))
    assert "hunter2" not in str(raised.value)


def test_vectors_are_refused(tmp_path, postgres_server):
    with pytest.raises(NotImplementedError, match="does not search PostgreSQL for vectors. Leave out `vector_enabled`"):
        apply(place_at(tmp_path, postgres_server, vector_enabled=True))


def test_names_that_are_cut_off(tmp_path, postgres_server):
    place = place_at(tmp_path, postgres_server)
    long = "v" * 60
    place.store.apply([place.driver, place.stats(long + "a")])
    place.store.write_to_online_store(long + "a", place.rows([1], [1], [hour(1)]))
    assert place.read([f"{long}a:trips"], driver_id=[1])["trips"] == [1]
    with pytest.raises(ValueError, match="would share one table of the online store"):
        place.store.apply([place.driver, place.stats(long + "a"), place.stats(long + "b")])


def test_a_restart_between_two_calls_goes_unnoticed(tmp_path, own_server):
    place = apply(place_at(tmp_path, own_server))
    store = place.store
    write(place, store)
    own_server.kill()
    with pytest.raises(OSError, match="online store in PostgreSQL.*Check that it runs"):
        place.read(["stats:trips"], store, driver_id=[1])
    own_server.run()
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [1]
    own_server.kill()
    own_server.run()
    write(place, store, trips=2, moment=2)
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [2]


def test_a_server_that_dies_while_it_is_written_to(tmp_path, own_server):
    place = place_at(tmp_path, own_server)
    view = place.stats()
    pq.write_table(place.rows(range(ROWS), range(ROWS), [hour(1)] * ROWS), tmp_path / "data" / "stats.parquet")
    place.store.apply([place.driver, view])
    raised = []

    def materialize():
        try:
            place.store.materialize(hour(0), hour(2))
        except OSError as error:
            raised.append(str(error))

    thread = threading.Thread(target=materialize)
    thread.start()
    table = f'{place.block["db_schema"]}."{place.project}_stats"'
    while own_server.run_sql(f"SELECT count(*) > 0 FROM {table}").strip() != "t":
        time.sleep(0.01)
    own_server.kill()
    thread.join()
    assert raised and "was not materialized" in raised[0] and "rows is written" in raised[0]
    assert place.store.get_feature_view("stats").materialization_intervals == []
    own_server.run()
    store = place.store
    store.materialize(hour(0), hour(2))
    keys = list(range(0, ROWS, 37))
    assert place.read(["stats:trips"], store, driver_id=keys)["trips"] == keys
