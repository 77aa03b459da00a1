"""The feature server and real Feast's own, on one repo and one SQLite store, answer the same requests with the same bytes."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

URL = "/get-online-features"
REQUESTS = [
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": [1001, 1002, 9]}}'),
    (
        URL,
        '{"features": ["driver_hourly_stats:avg_daily_trips"], "entities": {"driver": [1001]}, "full_feature_names": true}',
    ),
    (
        URL,
        '{"features": ["driver_hourly_stats:acc_rate"], "entities": {"driver_id": ["1001", 1002.0], "unused": [1, 2]}}',
    ),
    (
        URL,
        '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": [1001]}, "full_feature_names": "yes", "x": 1}',
    ),
    # What is wrong, in FastAPI's words.
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": 1001}}'),
    (URL, '{"features": "driver_hourly_stats:conv_rate", "entities": {"driver_id": [1001]}}'),
    (URL, '{"features": [1, "a:b", 2], "entities": {"driver_id": [1001]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"]}'),
    (URL, '{"features": [], "entities": {"driver_id": [1001]}}'),
    (URL, '{"entities": {"driver_id": [1]}, "full_feature_names": "maybe"}'),
    (URL, "[]"),
    (URL, "null"),
    (URL, ""),
    ("/push", '{"push_source_name": "nope", "df": {"driver_id": [1001]}}'),
    ("/push", '{"push_source_name": "nope", "df": []}'),
    ("/push", '{"df": {}}'),
    ("/push", '{"push_source_name": "nope", "df": {"a": [1, 2], "b": [1]}}'),
    ("/materialize", "{}"),
    ("/materialize", '{"start_ts": "2026-01-01", "end_ts": "2026-01-02", "feature_views": "nope"}'),
    ("/materialize-incremental", "{}"),
    ("/nope", "{}"),
]
# The same status and class, in words of one's own.
SAME_STATUS = [
    (URL, '{"features": ["nope:x"], "entities": {"driver_id": [1001]}}'),
    (URL, '{"features": ["driver_hourly_stats:nope"], "entities": {"driver_id": [1001]}}'),
    (URL, '{"features": ["nope"], "entities": {"driver_id": [1001]}}'),
    (URL, '{"feature_service": "nope", "entities": {"driver_id": [1001]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"nope": [1]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": ["abc"]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": [null]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"], "entities": {"driver_id": [1, 2], "x": [1]}}'),
    (URL, '{"features": ["driver_hourly_stats:conv_rate"],'),
    ("/materialize", '{"start_ts": "2026-01-02", "end_ts": "2026-01-01"}'),
    ("/materialize", '{"start_ts": "bad", "end_ts": "2026-01-01"}'),
    ("/materialize", '{"start_ts": "2026-01-01", "end_ts": "2026-01-02", "feature_views": ["nope"]}'),
    ("/write-to-online-store", '{"feature_view_name": "nope", "df": {"driver_id": [1]}}'),
]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def post(url, body):
    request = urllib.request.Request(url, body.encode(), {"content-type": "application/json"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def servers(ours, theirs, tmp_path_factory):
    """(the URL of ours, that of theirs)"""
    folder = tmp_path_factory.mktemp("served")
    ours.run("init", "demo", cwd=folder)
    repo = folder / "demo" / "feature_repo"
    theirs.run("apply", cwd=repo)
    theirs.run("materialize", "2020-01-01T00:00:00", "2035-01-01T00:00:00", cwd=repo)
    running, urls = [], []
    for side in (ours, theirs):
        port = free_port()
        running.append(
            subprocess.Popen(
                [side.command, "serve", "-p", str(port), "--no-access-log"],
                cwd=repo,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        urls.append(f"http://127.0.0.1:{port}")
    for url in urls:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(url + "/health", timeout=10).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.3)
    yield urls
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_the_same_bytes(servers, path, body):
    mine, his = (post(url + path, body) for url in servers)
    assert mine == his


@pytest.mark.parametrize(("path", "body"), SAME_STATUS)
def test_the_same_status(servers, path, body):
    (mine, text), (his, words) = (post(url + path, body) for url in servers)
    assert mine == his, (text, words)

    def error_class(said):
        inner = json.loads(said)
        return json.loads(inner)["class"] if isinstance(inner, str) and inner.startswith('{"module"') else None

    if "FeastObjectNotFoundException" not in words:
        assert error_class(text) == error_class(words), (text, words)


def test_features_of_one_view_come_in_the_order_asked_for(servers):
    body = json.dumps(
        {
            "features": [f"driver_hourly_stats:{name}" for name in ("conv_rate", "acc_rate", "avg_daily_trips")],
            "entities": {"driver_id": [1001, 1005, 4]},
        }
    )
    # Real Feast gives them in the order of a set.
    columns = []
    for url in servers:
        answer = json.loads(post(url + URL, body)[1])
        columns.append(dict(zip(answer["metadata"]["feature_names"], map(json.dumps, answer["results"]))))
    assert columns[0] == columns[1]
    assert list(columns[0]) == ["driver_id", "conv_rate", "acc_rate", "avg_daily_trips"]
