"""What the feature server answers to what it is asked rightly."""

import json
import shutil
import subprocess

import pytest

NOON = "2026-05-01T12:00:00Z"
NEVER = "1970-01-01T00:00:00Z"


def test_features_come_as_feast_gives_them(client):
    _, text, headers = client.send(
        "/get-online-features", {"features": ["stats:trips", "stats:rate"], "entities": {"driver_id": [1, 3, 99]}}
    )
    assert text == (
        '{"results":['
        f'{{"values":[1,3,99],"statuses":["PRESENT","PRESENT","PRESENT"],"event_timestamps":["{NEVER}","{NEVER}","{NEVER}"]}},'
        f'{{"values":[10,null,null],"statuses":["PRESENT","PRESENT","NOT_FOUND"],"event_timestamps":["{NOON}","{NOON}","{NEVER}"]}},'
        '{"values":[0.10000000149011612,9.999999747378752e-06,null],"statuses":["PRESENT","PRESENT","NOT_FOUND"],'
        f'"event_timestamps":["{NOON}","{NOON}","{NEVER}"]}}'
        '],"metadata":{"feature_names":["driver_id","trips","rate"]}}'
    )
    assert headers["content-type"] == "application/json"


def test_texts_lists_and_bytes(client):
    _, answer = client.features(
        features=["stats:name", "stats:recent", "stats:photo"], entities={"driver_id": [1, 2, 3]}
    )
    values = [column["values"] for column in answer["results"]]
    assert values[1:] == [['a "quoted" é', "b", None], [[1, 2], [], None], ["AP8=", "", None]]


def test_a_service_with_a_function_and_request_data(client):
    status, answer = client.features(feature_service="model", entities={"driver_id": [1, 2], "factor": [0.5, 2]})
    assert status == 200
    assert answer["metadata"]["feature_names"] == ["driver_id", "trips", "rate", "scaled"]
    assert answer["results"][3]["values"] == [5.0, 40.0]


def test_names_in_full_and_by_the_name_of_the_entity(client):
    _, answer = client.features(
        features=["stats:trips", "other:trips"], entities={"driver": [1]}, full_feature_names=True
    )
    assert answer["metadata"]["feature_names"] == ["driver_id", "stats__trips", "other__trips"]


@pytest.mark.parametrize(
    "unusual",
    [
        b'{"features": ["stats:trips"], "entities": {"driver_id": ["1"]}}',
        b'{"features": ["stats:trips"], "entities": {"driver_id": [1.0]}}',
        b'{"features": ["stats:\\u0074rips"], "entities": {"driver_id": [1]}, "full_feature_names": "no", "more": {}}',
        b'\n{ "entities" :\t{ "driver_id" : [ 1 ] , "unused" : [ [1] ] } , "features" : [ "stats:trips" ] }\r\n',
        b'{"features": ["stats:trips"], "feature_service": null, "entities": {"driver_id": [1]}}',
    ],
)
def test_what_feast_takes_is_taken(client, unusual):
    status, text, _ = client.send("/get-online-features", unusual)
    assert status == 200, text
    assert json.loads(text)["results"][1]["values"] == [10]


def test_curl_needs_no_header_to_read(server):
    body = '{"features": ["stats:trips"], "entities": {"driver_id": [1]}}'
    done = subprocess.run(
        ["curl", "-s", "-X", "POST", f"{server.url}/get-online-features", "-d", body], capture_output=True, text=True
    )
    assert json.loads(done.stdout)["results"][1]["values"] == [10]


def test_health_metrics_and_documentation(client):
    assert client.send("/health")[:2] == (200, "")
    assert client.send("/health", method="HEAD")[0] == 200
    client.features(features=["stats:trips"], entities={"driver_id": [1]})
    status, text, _ = client.send("/metrics")
    assert status == 200
    counted = [line for line in text.splitlines() if line.startswith("feast_online_features_request_total ")]
    assert float(counted[0].split()[1]) >= 1
    api = json.loads(client.send("/openapi.json")[1])
    assert {"/get-online-features", "/push", "/materialize", "/health"} <= set(api["paths"])
    page = client.send("/docs")[1]
    assert "openapi.json" in page and "//" not in page.replace("//# ", "")


def test_rows_are_pushed_written_and_materialized(own_repo, serve):
    client = serve(own_repo, "--no-access-log").client()
    frame = {"driver_id": [1], "trips": [11], "event_timestamp": ["2026-06-02 10:00:00"]}
    assert client.send("/push", {"push_source_name": "pushed", "df": frame})[:2] == (200, "")
    ask = {"features": ["other:trips"], "entities": {"driver_id": [1]}}
    assert client.features(**ask)[1]["results"][1] == {
        "values": [11],
        "statuses": ["PRESENT"],
        "event_timestamps": ["2026-06-02T10:00:00Z"],
    }
    frame = {**frame, "trips": [12], "event_timestamp": ["2026-06-02T10:00:00.5+00:00"]}
    assert client.send("/write-to-online-store", {"feature_view_name": "other", "df": frame})[:2] == (200, "null")
    assert client.features(**ask)[1]["results"][1]["values"] == [12]
    body = {"start_ts": "2026-04-01", "end_ts": "2026-06-01T00:00:00", "feature_views": ["stats"]}
    assert client.send("/materialize", body)[:2] == (200, "null")
    assert client.send("/materialize-incremental", {"end_ts": "2026-07-01"})[:2] == (200, "null")
    status, text, _ = client.send("/materialize-incremental?async=true", {"end_ts": "2026-07-02"})
    assert status == 202 and set(json.loads(text)["feature_views"]) == {"stats", "other"}


def test_what_is_applied_is_served_after_the_next_look_at_the_registry(own_repo, serve):
    import os
    import sys
    import time

    client = serve(own_repo, "--no-access-log", "-r", "1").client()
    ask = {"feature_service": "late", "entities": {"driver_id": [1]}}
    assert client.features(**ask)[0] == 404
    text = (own_repo / "definitions.py").read_text()
    (own_repo / "definitions.py").write_text(
        text + '\nlate = FeatureService(name="late", features=[stats[["name"]]])\n'
    )
    from conftest import FEAST

    subprocess.run(
        [FEAST, "apply"],
        cwd=own_repo,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "FEAST_PYTHON": sys.executable},
    )
    deadline = time.monotonic() + 20
    while client.features(**ask)[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert client.features(**ask)[1]["metadata"]["feature_names"] == ["driver_id", "name"]


def test_a_server_in_a_moved_folder_reads_its_own_store(filled, tmp_path, serve):
    shutil.copytree(filled, tmp_path / "moved")
    client = serve(tmp_path / "moved", "--no-access-log").client()
    assert client.features(features=["stats:trips"], entities={"driver_id": [2]})[1]["results"][1]["values"] == [20]


def test_a_python_program_serves(filled):
    import os
    import socket
    import sys
    import time

    from conftest import Client

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    program = f"from feast import FeatureStore; FeatureStore('.').serve('127.0.0.1', {port})"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=filled, env={**os.environ})
    client = Client(f"http://127.0.0.1:{port}")
    deadline = time.monotonic() + 30
    while True:
        try:
            assert client.features(feature_service="model", entities={"driver_id": [1], "factor": [2.0]})[0] == 200
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    process.terminate()
    assert process.wait(timeout=30) == 0
