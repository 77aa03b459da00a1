"""Redis that is away, slow, full, moving or not what it is taken for."""

import subprocess
import threading
import time

import pyarrow.parquet as pq
import pytest
import servers
from online_place import OnlinePlace, hour
from servers.process import free_port
from servers.redis import ask

from feast.errors import FeastError

ROWS = 60_000


def place_at(tmp_path, connection_string, **options):
    return OnlinePlace("redis", tmp_path, {"type": "redis", "connection_string": connection_string, **options})


def applied(place):
    place.store.apply([place.driver, place.stats()])
    return place


def write(place, store=None, trips=1, moment=1):
    (store or place.store).write_to_online_store("stats", place.rows([1], [trips], [hour(moment)]))


def says(place):
    """What is said of a write that cannot be; the same is said of a read."""
    with pytest.raises((OSError, FeastError, ValueError, TimeoutError)) as raised:
        write(place)
    with pytest.raises((OSError, FeastError, ValueError, TimeoutError)):
        place.read(["stats:trips"], driver_id=[1])
    return str(raised.value)


@pytest.fixture
def own_server(tmp_path):
    try:
        server = servers.RedisServer(tmp_path / "redis")
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


def test_nobody_there(tmp_path):
    port = free_port()
    place = applied(place_at(tmp_path, f"127.0.0.1:{port},password=hunter2"))
    said = says(place)
    assert "Redis cannot be reached (Connection refused). Check that it runs" in said and f"127.0.0.1:{port}" in said
    assert "hunter2" not in said and "connection_string" in said
    assert "Redis cannot be reached" in says(applied(place_at(tmp_path, "no-such-host.invalid:6379")))


def test_wrong_credentials(tmp_path, redis_password_server):
    server = redis_password_server
    for arguments, sentence in (
        ("password=hunter2", "does not take the user name or password. Correct username= and password="),
        ("username=nobody,password=hunter2", "does not take the user name or password"),
        ("", "asks for a password. Add password="),
        (f"password={server.password},db=99", "has no such database. Correct db="),
    ):
        said = says(applied(place_at(tmp_path, f"localhost:{server.port},{arguments}")))
        assert sentence in said and "hunter2" not in said and "feast-redis-password" not in said


def test_a_password_that_nobody_asked_for(tmp_path, redis_server):
    said = says(applied(place_at(tmp_path, redis_server.connection_string + ",username=u,password=hunter2")))
    assert "Redis" in said and "password" in said and "hunter2" not in said


def test_rights_that_are_missing(tmp_path, redis_password_server):
    server = redis_password_server
    place = applied(place_at(tmp_path, server.user_connection_string))
    write(place)
    with servers.redis.connect(server.port, "AUTH", server.password) as tell:
        tell("ACL", "SETUSER", servers.redis.USER, "-unlink")
        try:
            with pytest.raises(OSError, match="refuses to delete values: NOPERM.*Give the user the right"):
                place.store.teardown()
        finally:
            tell("ACL", "SETUSER", servers.redis.USER, "+unlink")


def test_tls_that_does_not_fit(tmp_path, redis_tls_server, redis_server):
    server = redis_tls_server
    assert "TLS" in says(applied(place_at(tmp_path, f"localhost:{server.port},socket_connect_timeout=1")))
    assert "TLS" in says(
        applied(place_at(tmp_path, redis_server.connection_string + ",ssl=true,socket_connect_timeout=1"))
    )
    said = says(applied(place_at(tmp_path, f"localhost:{server.port},ssl=true")))
    assert "its certificate is not trusted" in said and "ssl_ca_certs=" in said
    other_name = server.connection_string.replace("localhost", "127.0.0.1")
    assert "its certificate is not trusted" in says(applied(place_at(tmp_path, other_name)))
    write(applied(place_at(tmp_path, other_name + ",ssl_check_hostname=false")))
    write(applied(place_at(tmp_path, f"localhost:{server.port},ssl=true,ssl_cert_reqs=none")))
    said = says(applied(place_at(tmp_path, f"localhost:{server.port},ssl=true,ssl_ca_certs=/nowhere.pem")))
    assert "Correct the argument 'ssl_ca_certs'" in said


def test_what_is_no_redis(tmp_path, own_server):
    import http.server

    class Silent(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        said = says(applied(place_at(tmp_path, f"127.0.0.1:{web.server_address[1]},socket_connect_timeout=2")))
        web.shutdown()
    assert "Redis" in said and "127.0.0.1" in said or "no Redis" in said


def test_full_memory(tmp_path, own_server):
    place = applied(place_at(tmp_path, own_server.connection_string))
    write(place)
    ask(own_server.port, "CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(OSError, match="Of 1 rows 0 are written. Redis refuses to write values: OOM.*memory is full"):
        write(place, moment=2)
    assert place.read(["stats:trips"], driver_id=[1])["trips"] == [1]


def test_a_server_that_does_not_answer(tmp_path, own_server):
    place = applied(place_at(tmp_path, own_server.connection_string + ",socket_timeout=0.3,socket_connect_timeout=0.3"))
    store = place.store
    write(place, store)
    own_server.pause()
    try:
        began = time.monotonic()
        with pytest.raises(OSError, match="has not answered in 300 ms. Give it longer with socket_timeout="):
            place.read(["stats:trips"], store, driver_id=[1])
        assert time.monotonic() - began < 5
    finally:
        own_server.resume()
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [1]


def test_a_restart_between_two_calls_goes_unnoticed(tmp_path, own_server):
    place = applied(place_at(tmp_path, own_server.connection_string))
    store = place.store
    write(place, store)
    own_server.kill()
    with pytest.raises(OSError, match="Redis"):
        place.read(["stats:trips"], store, driver_id=[1])
    own_server.run()
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [None]
    own_server.kill()
    own_server.run()
    write(place, store)
    assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [1]


def test_a_server_that_dies_while_it_is_written_to(tmp_path, own_server):
    place = place_at(tmp_path, own_server.connection_string)
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
    while "keys=" not in ask(own_server.port, "INFO", "keyspace"):
        time.sleep(0.005)
    own_server.kill()
    thread.join()
    assert raised and "rows" in raised[0] and "are written" in raised[0] and "was not materialized" in raised[0]
    assert place.store.get_feature_view("stats").materialization_intervals == []
    own_server.run()
    store = place.store
    store.materialize(hour(0), hour(2))
    keys = list(range(0, ROWS, 37))
    assert place.read(["stats:trips"], store, driver_id=keys)["trips"] == keys


def test_keys_expire(tmp_path, own_server):
    place = applied(place_at(tmp_path, own_server.connection_string, key_ttl_seconds=1))
    write(place)
    assert place.read(["stats:trips"], driver_id=[1])["trips"] == [1]
    time.sleep(1.3)
    assert place.read(["stats:trips"], driver_id=[1])["trips"] == [None]


def test_without_looking_the_last_row_counts(tmp_path, own_server):
    place = applied(place_at(tmp_path, own_server.connection_string, skip_dedup=True, full_scan_for_deletion=False))
    write(place, trips=1, moment=5)
    write(place, trips=2, moment=4)
    assert place.read(["stats:trips"], driver_id=[1])["trips"] == [2]
    place.store.apply([], objects_to_delete=[place.stats()], partial=False)
    applied(place)
    assert place.read(["stats:trips"], driver_id=[1])["trips"] == [2]


def test_another_server_becomes_the_master(tmp_path):
    try:
        group = servers.RedisSentinels(tmp_path / "redis")
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with group:
        place = applied(place_at(tmp_path, group.connection_string, redis_type="redis_sentinel"))
        store = place.store
        write(place, store)
        group.wait_until(lambda: "slave0" in ask(group.master.port, "INFO", "replication"))
        ask(group.master.port, "WAIT", 1, 2000)
        group.master.kill()
        # Waits until the sentinels have agreed.
        write(place, store, trips=2, moment=2)
        assert place.read(["stats:trips"], store, driver_id=[1])["trips"] == [2]
        other = place_at(tmp_path, group.connection_string, redis_type="redis_sentinel", sentinel_master="nobody")
        applied(other)
        with pytest.raises(OSError, match="name no master of Redis.*Check `online_store.sentinel_master`"):
            write(other)


def test_slots_move_while_they_are_read(tmp_path):
    try:
        cluster = servers.RedisCluster(tmp_path / "redis")
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with cluster:
        place = applied(place_at(tmp_path, cluster.connection_string, redis_type="redis_cluster"))
        store = place.store
        keys = list(range(2000))
        store.write_to_online_store("stats", place.rows(keys, keys, [hour(1)] * len(keys)))
        first, second = (ask(node.port, "CLUSTER", "MYID").split("\r\n")[1] for node in cluster.nodes[:2])
        command = ["redis-cli", "--cluster", "reshard", f"127.0.0.1:{cluster.nodes[0].port}", "--cluster-yes"]
        command += ["--cluster-from", first, "--cluster-to", second, "--cluster-slots", "600"]
        moving = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        rounds = 0
        while moving.poll() is None or rounds < 2:
            assert place.read(["stats:trips"], store, driver_id=keys)["trips"] == keys
            rounds += 1
        assert moving.returncode == 0
        # A node that knows nothing of the cluster type is told apart.
        single = applied(place_at(tmp_path, cluster.nodes[2].connection_string))
        with pytest.raises(OSError, match="part of a cluster: set `redis_type: redis_cluster`"):
            single.store.write_to_online_store("stats", single.rows(keys, keys, [hour(1)] * len(keys)))
