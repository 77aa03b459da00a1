"""DynamoDB that is away, refuses, puts requests off, or lacks a table."""

import http.server
import json
import pathlib
import subprocess
import sys
import threading

import pytest
import servers
from online_place import OnlinePlace, hour
from servers.process import free_port


def place_at(tmp_path, endpoint, **options):
    block = {
        "type": "dynamodb",
        "region": "eu-west-1",
        "endpoint_url": endpoint,
        "total_max_retry_attempts": 2,
        **options,
    }
    return OnlinePlace("dynamodb", tmp_path, block)


def apply(place):
    place.store.apply([place.driver, place.stats()])
    return place


def write(place, store=None, trips=1, moment=1):
    (store or place.store).write_to_online_store("stats", place.rows([1], [trips], [hour(moment)]))


class Between:
    """Stands before DynamoDB: `answer(operation, body)` gives an answer (status, JSON) in its place, or changes the body's
    answer by returning a function; None lets a request through."""

    def __init__(self, target, answer):
        self.operations = []
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                operation = self.headers["x-amz-target"].partition(".")[2]
                between.operations.append((operation, json.loads(body)))
                given = answer(operation, json.loads(body))
                if given is None or callable(given):
                    import urllib.error
                    import urllib.request

                    headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
                    asked = urllib.request.Request(target, body, headers)
                    try:
                        with urllib.request.urlopen(asked) as response:
                            status, text = response.status, response.read()
                    except urllib.error.HTTPError as error:
                        status, text = error.code, error.read()
                    if callable(given):
                        text = json.dumps(given(json.loads(text))).encode()
                else:
                    status, text = given[0], json.dumps(given[1]).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def count(self, operation):
        return sum(name == operation for name, _ in self.operations)


def test_nobody_there(tmp_path, dynamodb_server):
    place = place_at(tmp_path, f"http://127.0.0.1:{free_port()}", total_max_retry_attempts=1)
    with pytest.raises(OSError, match="DynamoDB cannot be reached"):
        apply(place)
    with pytest.raises(ValueError, match="endpoint of DynamoDB is no URL.*endpoint_url"):
        apply(place_at(tmp_path, "localhost:8000"))


def test_no_credentials(tmp_path, dynamodb_server, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with pytest.raises((ValueError, OSError), match="AWS_ACCESS_KEY_ID"):
        apply(place_at(tmp_path, dynamodb_server.endpoint))


@pytest.mark.parametrize(
    "code, sentence",
    [
        ("UnrecognizedClientException", "Check that access key and secret belong together"),
        ("AccessDeniedException", "Allow the user or role this action"),
        ("ThrottlingException", "Give the table more capacity"),
    ],
)
def test_what_is_refused(tmp_path, dynamodb_server, code, sentence):
    refused = (400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "because"})
    with Between(dynamodb_server.endpoint, lambda operation, _: refused) as between:
        with pytest.raises(OSError, match=f"{code}, because. {sentence}") as raised:
            apply(place_at(tmp_path, between.endpoint))
    assert "feast-test-secret" not in str(raised.value)
    # Being put off is tried again, a refusal is not.
    assert between.count("DescribeTable") == (2 if code == "ThrottlingException" else 1)


def test_tables_are_made_awaited_seen_and_removed(tmp_path, dynamodb_server):
    looks = []

    def not_yet(answer):
        answer["Table"]["TableStatus"] = "CREATING" if len(looks) < 3 else "ACTIVE"
        return answer

    def slow(operation, _):
        if operation == "DescribeTable" and between.count("CreateTable"):
            looks.append(1)
            return not_yet
        return None

    with Between(dynamodb_server.endpoint, slow) as between:
        apply(place_at(tmp_path, between.endpoint, tags={"team": "rides"}))
        made = next(body for operation, body in between.operations if operation == "CreateTable")
    assert made["BillingMode"] == "PAY_PER_REQUEST" and made["Tags"] == [{"Key": "team", "Value": "rides"}]
    assert len(looks) >= 3
    place = OnlinePlace("dynamodb", tmp_path, place_at(tmp_path, dynamodb_server.endpoint).block)
    apply(place)
    (tmp_path / "definitions.py").write_text("")
    drift = [str(pathlib.Path(sys.executable).parent / "feast"), "plan", "--drift"]
    assert "does not exist" not in subprocess.run(drift, cwd=tmp_path, capture_output=True, text=True).stdout
    place.store.teardown()
    apply(place)
    with pytest.raises(ValueError, match="takes no table of that name.*table_name_template"):
        apply(place_at(tmp_path, dynamodb_server.endpoint, table_name_template="{project}/{table_name}"))


def test_a_table_that_is_not_there(tmp_path, dynamodb_server):
    place = apply(place_at(tmp_path, dynamodb_server.endpoint))
    place.write_yaml({**place.block, "table_name_template": "other.{project}.{table_name}"})
    store = place.store
    for use in (lambda: write(place, store), lambda: place.read(["stats:trips"], store, driver_id=[1])):
        with pytest.raises(KeyError, match="no table for feature view .*stats.*feast apply"):
            use()


def test_what_is_left_over_is_asked_for_again(tmp_path, dynamodb_server):
    """DynamoDB does half of a batch and puts the rest off."""

    def half(operation, body):
        requests = body.get("RequestItems", {})
        (table, asked), *_ = requests.items() if requests else [(None, None)]
        if operation == "BatchWriteItem" and len(asked) > 5:
            return 200, {"UnprocessedItems": {table: asked}}
        if operation == "BatchGetItem" and len(asked["Keys"]) > 20 and "#0" in asked["ExpressionAttributeNames"]:
            put_off = {**asked, "Keys": asked["Keys"][:20]}
            return 200, {"Responses": {}, "UnprocessedKeys": {table: put_off}}
        return None

    # What is put off comes again as it was; after some rounds all of it is let through.
    rounds = []

    def sometimes(operation, body):
        if operation not in ("BatchWriteItem", "BatchGetItem"):
            return None
        rounds.append(operation)
        return half(operation, body) if rounds.count(operation) <= 2 and operation == "BatchWriteItem" else None

    with Between(dynamodb_server.endpoint, sometimes) as between:
        place = apply(place_at(tmp_path, between.endpoint))
        keys = list(range(25))
        place.store.write_to_online_store("stats", place.rows(keys, keys, [hour(1)] * 25))
        assert between.count("BatchWriteItem") == 3
        assert place.read(["stats:trips"], driver_id=keys)["trips"] == keys


def test_keys_that_are_left_over_are_asked_for_again(tmp_path, dynamodb_server):
    put_off = []

    def first_without(operation, body):
        if operation != "BatchGetItem" or put_off or "#0" not in str(body):
            return None
        put_off.append(1)
        return 200, {"Responses": {}, "UnprocessedKeys": body["RequestItems"]}

    with Between(dynamodb_server.endpoint, first_without) as between:
        place = apply(place_at(tmp_path, between.endpoint, consistent_reads=True))
        keys = list(range(250))
        place.store.write_to_online_store("stats", place.rows(keys, keys, [hour(1)] * 250))
        before = between.count("BatchGetItem")
        assert place.read(["stats:trips"], driver_id=keys)["trips"] == keys
        assert between.count("BatchGetItem") - before == 4
        assert all("#v.#0" in str(body) and "ConsistentRead" in str(body) for _, body in between.operations[-3:])


def test_several_views_are_one_request(tmp_path, dynamodb_server):
    with Between(dynamodb_server.endpoint, lambda *_: None) as between:
        place = place_at(tmp_path, between.endpoint)
        place.store.apply([place.driver, place.stats(), place.stats("other")])
        place.store.write_to_online_store("other", place.rows([1], [5], [hour(1)]))
        before = between.count("BatchGetItem")
        answer = place.store.get_online_features(
            ["stats:trips", "other:trips"], {"driver_id": [1]}, full_feature_names=True
        )
        assert answer.to_dict() == {"driver_id": [1], "stats__trips": [None], "other__trips": [5]}
        assert between.count("BatchGetItem") - before == 1


def test_a_server_that_dies_and_comes_back(tmp_path):
    try:
        server = servers.DynamodbServer(tmp_path, on_disk=True)
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        place = apply(place_at(tmp_path, server.endpoint, total_max_retry_attempts=1))
        keys = list(range(3000))
        rows = place.rows(keys, keys, [hour(1)] * len(keys))
        raised = []

        def write_all():
            try:
                place.store.write_to_online_store("stats", rows)
            except OSError as error:
                raised.append(str(error))

        thread = threading.Thread(target=write_all)
        thread.start()
        thread.join(1.5)
        server.kill()
        thread.join()
        assert raised and "DynamoDB cannot be reached" in raised[0]
        server.run()
        store = place.store
        place.store.write_to_online_store("stats", place.rows(keys[:200], keys[:200], [hour(1)] * 200))
        assert place.read(["stats:trips"], store, driver_id=keys[:200])["trips"] == keys[:200]
