"""Starting, ending, slow and many clients, TLS, tokens, limits and the access log."""

import concurrent.futures
import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request

import pytest
from conftest import FEAST, YAML

ASK = {"features": ["stats:trips"], "entities": {"driver_id": [1]}}
SLOW = """

import time


@on_demand_feature_view(sources=[stats], schema=[Field(name="slow", dtype=Int64)], mode="python")
def slowly(inputs):
    time.sleep(2)
    return {"slow": inputs["trips"]}
"""


def run(*arguments, cwd):
    return subprocess.run([FEAST, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for driver in (1, 2, 1):
        connection.request("POST", "/get-online-features", json.dumps({**ASK, "entities": {"driver_id": [driver]}}))
        answer = json.loads(connection.getresponse().read())
        assert answer["results"][1]["values"] == [driver * 10]


def test_requests_that_come_together_are_answered_in_turn(server):
    body = json.dumps(ASK).encode()
    request = b"POST /get-online-features HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(request * 3)
        answers = b""
        while answers.count(b"feature_names") < 3:
            answers += connection.recv(1 << 16)
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_a_body_that_is_announced_first(server):
    body = json.dumps({**ASK, "entities": {"driver_id": list(range(90_000))}})
    done = subprocess.run(
        ["curl", "-s", "-H", "Expect: 100-continue", f"{server.url}/get-online-features", "-d", "@-"],
        input=body, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert len(json.loads(done.stdout)["results"][1]["values"]) == 90_000


def test_many_connections_at_once(server):
    def ask(number):
        return server.client().features(**{**ASK, "entities": {"driver_id": [1 + number % 2]}})

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(500)))
    assert [answer[1]["results"][1]["values"][0] for answer in answers] == [10 + 10 * (i % 2) for i in range(500)]


def test_more_connections_than_allowed_are_told_so(filled, serve):
    server = serve(filled, "--no-access-log", "--worker-connections", "2")
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(2)]
    time.sleep(0.3)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as third:
        assert third.recv(100).startswith(b"HTTP/1.1 503 ")
    for connection in held:
        connection.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            status = server.client().send("/health")[0]
        except OSError:
            status = 0
        if status == 200:
            return
        time.sleep(0.1)
    raise AssertionError("no connection was let in again")


def test_slow_clients_are_left(filled, serve):
    server = serve(filled, "--no-access-log", "--request-timeout", "1", "--keep-alive-timeout", "1")
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as idle:
        assert idle.recv(100) == b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.sendall(b"POST /get-online-features HTTP/1.1\r\ncontent-length: 100\r\n\r\n{")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - begun < 10
    assert server.client().send("/health")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_comes_to_its_end(number, own_repo, serve):
    (own_repo / "definitions.py").write_text((own_repo / "definitions.py").read_text() + SLOW)
    assert run("apply", cwd=own_repo).returncode == 0
    server = serve(own_repo, "--no-access-log")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        ask = pool.submit(server.client().features, features=["slowly:slow"], entities={"driver_id": [1]})
        time.sleep(1.5)
        assert server.client().features(**ASK)[0] == 200
        code, _, errors = server.stop(number)
        assert ask.result()[1]["results"][1]["values"] == [10]
    assert (code, errors) == (0, "")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)


def test_each_request_is_a_line_of_json(filled, serve):
    server = serve(filled)
    server.client().features(**ASK)
    server.client().send("/no%22\npe".replace("\n", ""), {})
    _, output, _ = server.stop()
    lines = [json.loads(line) for line in output.splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/get-online-features", 200),
        ("POST", "/no%22pe", 404),
    ]
    assert lines[0]["bytes"] > 100 and lines[0]["ms"] >= 0 and lines[0]["client"] == "127.0.0.1"


def test_tls(filled, tmp_path, serve):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    server = serve(filled, "--no-access-log", "--key", key, "--cert", certificate)
    assert server.url.startswith("https://")
    context = ssl.create_default_context(cafile=certificate)
    big = json.dumps({**ASK, "entities": {"driver_id": list(range(20_000))}}).encode()
    for body, rows in ((json.dumps(ASK).encode(), 1), (big, 20_000)):
        request = urllib.request.Request(server.url + "/get-online-features", body)
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            assert len(json.loads(answer.read())["results"][1]["values"]) == rows
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\n\r\n")
        assert not plain.recv(1000).startswith(b"HTTP")
    assert run("serve", "-p", "0", "--key", key, cwd=filled).returncode == 1
    other = run("serve", "-p", "0", "--key", certificate, "--cert", certificate, cwd=filled)
    assert (other.returncode, "The TLS key cannot be used" in other.stderr) == (1, True)


def test_a_token(filled, tmp_path, serve):
    repo = tmp_path / "guarded"
    shutil.copytree(filled, repo)
    (repo / "feature_store.yaml").write_text(YAML + "auth:\n  type: token\n  token: ${SERVER_TOKEN}\n")
    server = serve(repo, "--no-access-log", environment={"SERVER_TOKEN": "s3cret"})
    assert server.client("s3cret").features(**ASK)[0] == 200
    for client in (server.client(), server.client("wrong"), server.client("s3cre"), server.client("s3cret2")):
        status, _, headers = client.send("/get-online-features", ASK)
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert client.send("/docs")[0] == 401
    assert server.client().send("/health")[0] == 200


def test_a_server_does_not_serve_without_the_auth_it_cannot_check(filled, tmp_path):
    repo = tmp_path / "guarded"
    shutil.copytree(filled, repo)
    (repo / "feature_store.yaml").write_text(YAML + "auth:\n  type: kubernetes\n")
    done = run("serve", "-p", "0", cwd=repo)
    assert (done.returncode, "kubernetes" in done.stderr) == (1, True)


def test_a_server_that_only_reads(filled, serve):
    client = serve(filled, "--no-access-log", "--read-only").client()
    assert client.features(**ASK)[0] == 200
    for path in ("/push", "/write-to-online-store", "/materialize", "/materialize-incremental"):
        assert client.send(path, {})[0] == 403


def test_limits_and_addresses_are_checked(filled, server, serve):
    small = serve(filled, "--no-access-log", "--max-rows", "2", "--max-request-bytes", "200").client()
    assert small.features(features=["stats:trips"], entities={"driver_id": [1, 2]})[0] == 200
    assert small.features(features=["stats:trips"], entities={"driver_id": [1, 2, 3]})[0] == 413
    taken = run("serve", "-p", str(server.port), cwd=filled)
    assert (taken.returncode, str(server.port) in taken.stderr) == (1, True)
    assert run("serve", "-p", "65536", cwd=filled).returncode == 2
    assert run("serve", "-t", "grpc", cwd=filled).returncode == 2
    assert run("serve", "-h", "256.0.0.1", cwd=filled).returncode == 1
