"""The registry on S3 and Google Cloud Storage, against real servers: the command, Python, many writers, and Feast itself."""

import http.server
import os
import subprocess
import sys
import threading
import time

import pytest
from place import DEFINITION, FEAST, Place

# What a program does that reads for long: look again and again.
READER = """\
import sys, time
from feast import FeatureStore
store = FeatureStore(repo_path=sys.argv[1])
print(len(store.list_entities()), flush=True)
deadline = time.monotonic() + 20
while time.monotonic() < deadline and len(store.list_entities(allow_cache=True)) < 2:
    time.sleep(0.05)
print(len(store.list_entities(allow_cache=True)), flush=True)
"""


def test_plan_apply_list_teardown(place):
    repo = place.repo(key="a folder/registry +é%20~.db")
    assert "Created entity driver" in place.feast(repo, "plan")
    assert "driver" not in place.feast(repo, "entities", "list")
    assert "Registered entity driver" in place.feast(repo, "apply")
    assert "driver" in place.feast(repo, "entities", "list")
    assert "No changes to registry" in place.feast(repo, "apply")
    repo = place.repo(key="a folder/registry +é%20~.db", entities=("driver", "customer"))
    assert "Registered entity customer" in place.feast(repo, "apply")
    place.feast(repo, "teardown")
    assert "driver" not in place.feast(repo, "entities", "list")


def test_applies_at_once_keep_every_object(place):
    """Each applies a project of its own to one registry: without conditional writes most would be lost."""
    writers, rounds = 4, 3
    repos = []
    for number in range(writers):
        repo = place.repo(f"writer{number}", entities=(f"entity_{number}",))
        yaml = repo / "feature_store.yaml"
        yaml.write_text(yaml.read_text().replace("project: demo", f"project: project_{number}"))
        repos.append(repo)
    for round_number in range(rounds):
        running = []
        for number, repo in enumerate(repos):
            text = DEFINITION.format(name=f"entity_{number}", description=f"round {round_number}")
            repo.joinpath("definitions.py").write_text(text)
            running.append(
                subprocess.Popen(
                    [FEAST, "apply"], cwd=repo, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
                )
            )
        for process in running:
            output = process.communicate(timeout=120)[0]
            assert process.returncode == 0, output.decode()
    for number, repo in enumerate(repos):
        assert f"round {rounds - 1}" in place.feast(repo, "entities", "list"), number


def test_long_lived_reader_follows(s3):
    repo = s3.repo(options="  cache_mode: thread\n  cache_ttl_seconds: 1\n")
    s3.feast(repo, "apply")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(repo)], env=s3.environment, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout.readline() == "1\n"
    s3.feast(s3.repo("writer", entities=("driver", "customer")), "apply")
    assert reader.communicate(timeout=60)[0] == "2\n"
    assert reader.returncode == 0


def test_key_arguments_reach_the_server(s3):
    repo = s3.repo(
        options="  s3_additional_kwargs:\n    CacheControl: no-store\n    ContentType: application/x-feast\n"
    )
    s3.feast(repo, "apply")
    assert "driver" in s3.feast(repo, "entities", "list")


@pytest.mark.parametrize("variable", ["FEAST_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_endpoint_variables(s3, variable):
    repo = s3.repo()
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "FEAST_S3_ENDPOINT_URL"):
        s3.environment.pop(name, None)
    s3.feast(repo, "apply", **{variable: s3.server.endpoint})
    if variable == "FEAST_S3_ENDPOINT_URL":
        wrong = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        assert "driver" in s3.feast(repo, "entities", "list", **{variable: s3.server.endpoint}, **wrong)


def test_profile_of_the_aws_files(s3):
    repo = s3.repo()
    key, secret = (s3.environment.pop(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    files = s3.folder / "credentials"
    files.write_text(f"[team]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n")
    chosen = {"AWS_SHARED_CREDENTIALS_FILE": str(files), "AWS_PROFILE": "team"}
    s3.feast(repo, "apply", **chosen)
    assert "there is no profile 'other'" in s3.feast(repo, "plan", expect=1, **{**chosen, "AWS_PROFILE": "other"})


def test_read_only(place):
    place.feast(place.repo(), "apply")
    reader = place.repo("reader", options="  read_only: true\n", entities=("driver", "customer"))
    assert "driver" in place.feast(reader, "entities", "list")
    assert "Created entity customer" in place.feast(reader, "plan")
    for command in ("apply", "teardown"):
        assert "This registry is read-only here" in place.feast(reader, command, expect=1)
    assert "driver" in place.feast(reader, "entities", "list")


class TestErrors:
    """Each says what is wrong, names the object, shows no secret, and gives one thing to do."""

    def failure(self, place, repo, command="apply", **environment):
        output = place.feast(repo, command, expect=1, **environment)
        assert "registry.db" in output
        assert "hush" not in output and place.environment.get("AWS_SECRET_ACCESS_KEY", "hush") not in output
        return output

    def test_missing_bucket(self, s3):
        output = self.failure(s3, s3.repo(key="s3://no-such-bucket/registry.db"))
        assert "The bucket 'no-such-bucket' does not exist. Create it" in output

    def test_missing_bucket_on_gcs(self, gcs_server, tmp_path):
        place = Place(gcs_server, "gs", tmp_path)
        output = self.failure(place, place.repo(key="gs://no-such-bucket/registry.db"))
        assert "The bucket 'no-such-bucket' does not exist. Create it" in output

    def test_wrong_secret(self, s3):
        assert "Copy the pair again" in self.failure(s3, s3.repo(), AWS_SECRET_ACCESS_KEY="hush")

    def test_unknown_access_key(self, s3):
        assert "does not know the access key" in self.failure(s3, s3.repo(), AWS_ACCESS_KEY_ID="nobody")

    def test_missing_credentials(self, s3):
        environment = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": str(s3.folder)}
        output = self.failure(s3, s3.repo(), **environment)
        assert "There are no AWS credentials. Set AWS_ACCESS_KEY_ID" in output and "EC2 instance:" in output

    def test_wrong_region(self, s3):
        output = self.failure(s3, s3.repo(), AWS_DEFAULT_REGION="eu-west-3", AWS_REGION="eu-west-3")
        assert "is not in region 'eu-west-3'" in output and "Set AWS_DEFAULT_REGION" in output

    def test_unreachable_endpoint(self, s3):
        output = self.failure(s3, s3.repo(), FEAST_S3_ENDPOINT_URL="http://127.0.0.1:1")
        assert "Cannot reach http://127.0.0.1:1" in output and "(FEAST_S3_ENDPOINT_URL)" in output

    def test_truncated_registry(self, s3):
        repo = s3.repo()
        s3.feast(repo, "apply")
        files, path = s3.server.file_system(), f"{s3.bucket}/team/registry.db"
        with files.open_input_stream(path) as stored:
            whole = stored.read()
        with files.open_output_stream(path) as stored:
            stored.write(whole[:-10])
        assert "The registry file is damaged" in self.failure(s3, repo, "plan")


class Refusal(http.server.BaseHTTPRequestHandler):
    """Answers everything as a cloud that refuses: what no server here can be made to say."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_PUT = do_POST = do_GET

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        # A server half an hour behind.
        return super().date_time_string(time.time() - 1800)


def s3_error(code, message):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"


@pytest.mark.parametrize(
    ("scheme", "status", "body", "says"),
    [
        (
            "s3",
            400,
            s3_error("ExpiredToken", "The provided token has expired."),
            [
                "The session token of the credentials of",
                "has expired",
                "Get new credentials, e.g. with `aws sso login`",
            ],
        ),
        (
            "s3",
            403,
            s3_error("RequestTimeTooSkewed", "The difference is too large."),
            ["clock differs from the server's by", "minutes (ahead)", "Set the clock, e.g. `timedatectl set-ntp true`"],
        ),
        (
            "gs",
            403,
            '{"error": {"code": 403, "message": "scientist does not have storage.objects.get access."}}',
            ["Permission denied: Google does not let", "Grant roles/storage.objectViewer on the bucket"],
        ),
    ],
)
def test_refusals_of_the_clouds(tmp_path, scheme, status, body, says):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
    server.answer = (status, body)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    repo = tmp_path / "repo"
    repo.mkdir()
    repo.joinpath("feature_store.yaml").write_text(
        f"project: p\nprovider: local\nregistry: {scheme}://bucket/registry.db\nonline_store: null\n"
    )
    environment = {**os.environ, "AWS_ENDPOINT_URL": endpoint, "STORAGE_EMULATOR_HOST": endpoint}
    environment |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_SESSION_TOKEN": "hush-too"}
    command = [FEAST, "entities", "list"]
    ended = subprocess.run(command, cwd=repo, env=environment, capture_output=True, text=True, timeout=60)
    server.shutdown()
    assert ended.returncode == 1
    for text in [*says, f"{scheme}://bucket/registry.db"]:
        assert text in ended.stderr, ended.stderr
    assert "hush" not in ended.stderr


def test_python_api(s3):
    program = (
        "from feast import Entity, FeatureStore\n"
        "import feast.errors, sys\n"
        "store = FeatureStore(repo_path='.')\n"
        "store.apply([Entity(name='rider', join_keys=['rider_id'])])\n"
        "print([entity.name for entity in FeatureStore(repo_path='.').list_entities()])\n"
        "store.teardown()\n"
    )
    repo = s3.repo()
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=repo, env=s3.environment, capture_output=True, text=True
    )
    assert ended.stdout == "['rider']\n", ended.stderr
    missing = (
        "from feast import FeatureStore\nimport feast.errors\ntry:\n  FeatureStore(repo_path='.').list_entities()\n"
        "except feast.errors.S3RegistryBucketNotExist: print('no bucket')\n"
    )
    repo = s3.repo("missing", key="s3://no-such-bucket/registry.db")
    ended = subprocess.run(
        [sys.executable, "-c", missing], cwd=repo, env=s3.environment, capture_output=True, text=True
    )
    assert ended.stdout == "no bucket\n", ended.stderr


def test_feast_reads_what_we_wrote_and_we_read_what_it_wrote(s3, theirs, boto3):
    repo = s3.repo()
    s3.feast(repo, "apply")
    program = (
        "from feast import Entity, FeatureStore\n"
        "store = FeatureStore(repo_path='.')\n"
        "print([entity.name for entity in store.list_entities()])\n"
        "store.apply([Entity(name='rider', join_keys=['rider_id'])])\n"
    )
    environment = {**s3.environment, "FEAST_S3_ENDPOINT_URL": s3.server.endpoint, "PYTHONPATH": boto3}
    command = [theirs.python, "-W", "ignore", "-c", program]
    ended = subprocess.run(command, cwd=repo, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.stdout.strip().splitlines()[-1:] == ["['driver']"], ended.stderr
    listed = s3.feast(repo, "entities", "list")
    assert "driver" in listed and "rider" in listed
