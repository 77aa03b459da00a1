"""What is wrong with a request is said in a sentence, with the status that Feast's server gives."""

import json
import socket

import pytest

ASK = {"features": ["stats:trips"], "entities": {"driver_id": [1]}}


def ask(**changed):
    return {**ASK, **changed}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (ask(features=["nope:trips"]), 404, "nope"),
        (ask(features=["stats:nope"]), 500, "nope"),
        (ask(features=["trips"]), 500, "trips"),
        (ask(features=[]), 500, "No features"),
        (ask(features=["stats:trips", "other:trips"]), 500, "FeatureNameCollisionError"),
        ({"feature_service": "nope", "entities": {"driver_id": [1]}}, 404, "nope"),
        ({"feature_service": "model", "entities": {"driver_id": [1]}}, 404, "factor"),
        (ask(entities={"other_id": [1]}), 500, "driver_id"),
        (ask(entities={}), 500, "driver_id"),
        (ask(entities={"driver_id": [1], "more": [1, 2]}), 500, "length"),
        (ask(entities={"driver_id": [None]}), 500, "null"),
        (ask(entities={"driver_id": ["one"]}), 500, "one"),
        (ask(entities={"driver_id": [1.5]}), 500, "driver_id"),
        (ask(entities={"driver_id": [True]}), 500, "driver_id"),
        (ask(entities={"driver_id": [[1]]}), 500, "driver_id"),
        (ask(entities={"driver_id": [{"a": 1}]}), 500, "driver_id"),
        (ask(entities={"driver_id": [99999999999999999999]}), 500, ""),
        (ask(features=[f"stats:f{i}" for i in range(10_000)]), 500, "f0"),
        (ask(entities={"driver_id": list(range(100_001))}), 413, "100001"),
    ],
)
def test_requests_for_features(client, body, status, said):
    given, text, _ = client.send("/get-online-features", body)
    assert (given, said in text) == (status, True), text
    assert isinstance(json.loads(text), str)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]),
        (
            b"[]",
            [
                {
                    "type": "model_attributes_type",
                    "loc": ["body"],
                    "msg": "Input should be a valid dictionary or object to extract fields from",
                    "input": [],
                }
            ],
        ),
        (
            b'{"features":["a:b"]}',
            [{"type": "missing", "loc": ["body", "entities"], "msg": "Field required", "input": {"features": ["a:b"]}}],
        ),
        (
            b'{"entities":{"k":1},"features":"a"}',
            [
                {
                    "type": "list_type",
                    "loc": ["body", "entities", "k"],
                    "msg": "Input should be a valid list",
                    "input": 1,
                },
                {"type": "list_type", "loc": ["body", "features"], "msg": "Input should be a valid list", "input": "a"},
            ],
        ),
        (
            b'{"entities":{},"features":[1]}',
            [
                {
                    "type": "string_type",
                    "loc": ["body", "features", 0],
                    "msg": "Input should be a valid string",
                    "input": 1,
                }
            ],
        ),
    ],
)
def test_bodies_of_another_form(client, body, detail):
    status, text, _ = client.send("/get-online-features", body)
    assert (status, json.loads(text)) == (422, {"detail": detail})


@pytest.mark.parametrize(
    "body",
    [
        b'{"features":["stats:trips"],"entities":{"driver_id":[1]}',
        b'{"features":["stats:trips"],}',
        b"\xff\xfe",
        b'{"entities":{"driver_id":[01]},"features":["stats:trips"]}',
        b'{"entities":{"driver_id":[1.]},"features":["stats:trips"]}',
        b"[" * 100_000,
        b'{"entities":{"driver_id":' + b"[" * 5000 + b"]" * 5000 + b"}}",
    ],
)
def test_what_is_no_json(client, body):
    status, text, _ = client.send("/get-online-features", body)
    assert status == 422
    assert json.loads(text)["detail"][0]["type"] == "json_invalid"
    assert client.features(**ASK)[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/push", {"push_source_name": "nope", "df": {"driver_id": [1]}}, 422, "PushSourceNotFoundException"),
        ("/push", {"push_source_name": "pushed", "df": {"driver_id": [1]}}, 500, "event_timestamp"),
        ("/push", {"push_source_name": "pushed", "df": {}, "to": "bogus"}, 500, "not a supported push format"),
        ("/push", {"push_source_name": "pushed", "df": {"a": [1], "b": []}}, 500, "same length"),
        ("/push", {"push_source_name": "pushed", "df": []}, 422, "valid dictionary"),
        ("/push", {"df": {}}, 422, "Field required"),
        (
            "/push",
            {"push_source_name": "pushed", "df": {"driver_id": [1], "trips": [1], "event_timestamp": ["soon"]}},
            500,
            "soon",
        ),
        ("/write-to-online-store", {"feature_view_name": "nope", "df": {}}, 404, "nope"),
        ("/materialize", {}, 500, "start_ts and end_ts are required"),
        ("/materialize", {"start_ts": "2026-05-02", "end_ts": "2026-05-01"}, 500, "must be before end_ts"),
        ("/materialize", {"start_ts": "soon", "end_ts": "2026-05-01"}, 500, "Invalid timestamp format"),
        ("/materialize", {"start_ts": "2026-05-01", "end_ts": "2026-05-02", "feature_views": ["nope"]}, 404, "nope"),
        ("/materialize", {"start_ts": "2026-05-01", "end_ts": "2026-05-02", "feature_views": "a"}, 422, "valid list"),
        ("/materialize-incremental", {}, 422, "Field required"),
        ("/materialize-incremental", {"end_ts": "soon"}, 500, "soon"),
    ],
)
def test_requests_that_write(client, path, body, status, said):
    given, text, _ = client.send(path, body)
    assert (given, said in text) == (status, True), text


def test_errors_of_feast_are_told_as_feast_tells_them(client):
    _, text, _ = client.send("/get-online-features", ask(features=["nope:trips"]))
    detail = json.loads(json.loads(text))
    assert (detail["module"], detail["class"]) == ("feast.errors", "FeatureViewNotFoundException")
    assert "nope" in detail["message"]


def test_paths_and_methods(client):
    assert client.send("/nope", {})[:2] == (404, '{"detail":"Not Found"}')
    status, text, headers = client.send("/get-online-features", method="GET")
    assert (status, text, headers["allow"]) == (405, '{"detail":"Method Not Allowed"}', "POST")
    assert client.send("/health", {}, method="POST")[2]["allow"] == "GET"


def test_a_page_in_a_browser_cannot_write(client):
    body = {"push_source_name": "pushed", "df": {}}
    assert client.send("/push", body, headers={"content-type": "text/plain"})[0] == 422


def raw(server, request):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(1 << 16):
            answer += part
        return answer


def test_what_is_too_large_or_no_http(server):
    head = b"POST /get-online-features HTTP/1.1\r\nhost: a\r\n"
    assert raw(server, head + b"content-length: 99999999\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    assert raw(server, head + b"transfer-encoding: chunked\r\n\r\n" + b"1000000\r\n").startswith(b"HTTP/1.1 413 ")
    assert raw(server, head + b"a: " + b"b" * 20_000 + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
    assert raw(server, b"hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert raw(server, head + b"content-length: 100\r\n\r\n{") == b""
    assert raw(server, head + b"content-length: -1\r\n\r\n").startswith(b"HTTP/1.1 400 ")
