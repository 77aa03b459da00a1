"""File sources and results on S3 and GCS: as on local files, with credentials and without, and when the store refuses."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import LocalFileSystem, copy_files
from servers.relay import Relay

ROWS = 600

# What a test's process does: MAKE_STORE, then a few lines.
MAKE_STORE = """
import datetime, os, sys
import pandas as pd
from feast import Entity, FeatureStore, FeatureView, Field, FileSource
from feast.infra.offline_stores.file_source import SavedDatasetFileStorage
from feast.types import Float64, Int64

store = FeatureStore(repo_path=".")
driver = Entity(name="driver", join_keys=["driver_id"])

def view(path, **options):
    source = FileSource(name="stats", path=path, timestamp_field="event_timestamp", **options)
    schema = [Field(name="driver_id", dtype=Int64), Field(name="trips", dtype=Int64), Field(name="rate", dtype=Float64)]
    return FeatureView(name="stats", entities=[driver], ttl=datetime.timedelta(days=9), schema=schema, source=source)

def job(path, **options):
    store.apply([driver, view(path, **options)])
    start = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
    entities = pd.DataFrame({"driver_id": [i % 13 for i in range(200)],
                             "event_timestamp": [start + datetime.timedelta(minutes=7 * i) for i in range(200)]})
    return store.get_historical_features(entities, features=["stats:trips", "stats:rate"])
"""

YAML = """\
project: remote
provider: local
registry: data/registry.db
online_store: null
offline_store:
  type: file
"""

# Folder of a bucket, then the path a source has.
LAYOUTS = {
    "one file": "{bucket}/one/stats.parquet",
    "folder": "{bucket}/folder/",
    "glob": "{bucket}/folder/part-*.parquet",
    "deep glob": "{bucket}/**/part-?.parquet",
    "partitions": "{bucket}/partitions",
    "odd characters": "{bucket}/odd/a b+c%20d#e&ü=1?.parquet",
    "csv": "{bucket}/csv/stats.csv",
}


@pytest.fixture(scope="session")
def local_files(tmp_path_factory):
    """The same rows in every layout."""
    folder = tmp_path_factory.mktemp("files")
    table = pa.table(
        {
            "driver_id": [i % 11 for i in range(ROWS)],
            "event_timestamp": pa.array(
                [1714521600000 + 180000 * i for i in range(ROWS)], pa.timestamp("ms", tz="UTC")
            ),
            "trips": list(range(ROWS)),
            "rate": [i / 7 for i in range(ROWS)],
        }
    )
    for name in ("one", "folder", "odd", "csv"):
        (folder / name).mkdir()
    pq.write_table(table, folder / "one" / "stats.parquet")
    pq.write_table(table, folder / "odd" / "a b+c%20d#e&ü=1?.parquet")
    for i in range(3):
        pq.write_table(table.slice(i * 200, 200), folder / "folder" / f"part-{i}.parquet", row_group_size=50)
    for i in range(2):
        (folder / "partitions" / f"half={i}").mkdir(parents=True)
        pq.write_table(table.slice(i * 300, 300), folder / "partitions" / f"half={i}" / "rows.parquet")
    table.to_pandas().to_csv(folder / "csv" / "stats.csv", index=False)
    return folder


class Remote:
    """A server with a bucket of all files; how a process reaches it."""

    def __init__(self, server, scheme, files):
        self.server, self.scheme, self.environment = server, scheme, server.environment
        self.bucket = f"bucket-{uuid.uuid4().hex[:12]}"
        server.create_bucket(self.bucket)
        copy_files(str(files), self.bucket, source_filesystem=LocalFileSystem(), destination_filesystem=self.files())

    def files(self):
        return self.server.file_system()

    def uri(self, path):
        return f"{self.scheme}://{path.format(bucket=self.bucket)}"


@pytest.fixture(scope="session", params=["versitygw", "moto", "gcs"])
def remote(request, local_files):
    name, scheme = {"versitygw": ("s3_server", "s3"), "moto": ("moto_server", "s3"), "gcs": ("gcs_server", "gs")}[
        request.param
    ]
    return Remote(request.getfixturevalue(name), scheme, local_files)


@pytest.fixture(scope="session")
def s3(s3_server, local_files):
    return Remote(s3_server, "s3", local_files)


@pytest.fixture(scope="session")
def gcs(gcs_server, local_files):
    return Remote(gcs_server, "gs", local_files)


@pytest.fixture
def run(tmp_path):
    """Runs Python in a feature repo, with no credentials or endpoints but those given; returns what it printed."""
    (tmp_path / "feature_store.yaml").write_text(YAML)

    def run(text, environment, *arguments, fails=False):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "GOOGLE_", "STORAGE_", "CLOUDSDK_"))}
        clean |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
        # A file, for functions are stored as their source text.
        (tmp_path / "script.py").write_text(MAKE_STORE + text)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "script.py", *arguments],
            cwd=tmp_path,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + (done.stderr if fails else "")

    return run


READ = "job(sys.argv[1]).to_df().to_parquet(sys.argv[2])"


@pytest.fixture(scope="session")
def expected(local_files, tmp_path_factory):
    """What the features are, from one local file."""
    folder = tmp_path_factory.mktemp("expected")
    (folder / "feature_store.yaml").write_text(YAML)
    command = [sys.executable, "-W", "ignore", "-c", MAKE_STORE + READ, str(local_files / "one" / "stats.parquet"), "a"]
    subprocess.run(command, cwd=folder, check=True)
    return pq.read_table(folder / "a")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_features_are_those_of_local_files(layout, remote, run, tmp_path, expected):
    run(READ, remote.environment, remote.uri(LAYOUTS[layout]), str(tmp_path / "out"))
    assert pq.read_table(tmp_path / "out").equals(expected)


def test_the_endpoint_of_the_source_wins(s3, run, tmp_path, expected):
    environment = {**s3.environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    text = "job(sys.argv[1], s3_endpoint_override=sys.argv[3]).to_df().to_parquet(sys.argv[2])"
    for endpoint in (s3.server.endpoint, s3.server.endpoint + "/"):
        run(text, environment, s3.uri(LAYOUTS["folder"]), str(tmp_path / "out"), endpoint)
        assert pq.read_table(tmp_path / "out").equals(expected)


def test_plan_and_apply_check_a_remote_source(remote, tmp_path):
    definitions = MAKE_STORE.split("store =")[0] + "driver = Entity(name='driver', join_keys=['driver_id'])\n"
    definitions += f"""
source = FileSource(name="stats", path={remote.uri(LAYOUTS["one file"])!r}, timestamp_field="event_timestamp")
stats = FeatureView(name="stats", entities=[driver], source=source)
"""
    (tmp_path / "definitions.py").write_text(definitions)
    (tmp_path / "feature_store.yaml").write_text(YAML)
    command = os.path.join(os.path.dirname(sys.executable), "feast")

    def feast(*arguments):
        environment = {**os.environ, **remote.environment}
        return subprocess.run([command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)

    planned = feast("plan")
    assert planned.returncode == 0 and "Created feature view stats" in planned.stdout, planned.stdout + planned.stderr
    assert feast("apply").returncode == 0
    described = feast("feature-views", "describe", "stats").stdout
    assert "trips" in described and "rate" in described, "the schema is the file's"
    (tmp_path / "definitions.py").write_text(definitions.replace("event_timestamp", "when"))
    refused = feast("plan")
    assert refused.returncode == 1 and "'when'" in refused.stderr and "'event_timestamp'" in refused.stderr, refused


@pytest.mark.parametrize("how", ["to_parquet", "persist"])
def test_results_are_written_to_the_store(how, remote, run, local_files, expected):
    text = {
        "to_parquet": "job(sys.argv[1]).to_parquet(sys.argv[2])",
        "persist": "job(sys.argv[1]).persist(SavedDatasetFileStorage(sys.argv[2]))",
    }[how]
    key = f"results/{how} {uuid.uuid4().hex}/a b.parquet"
    source = str(local_files / "one" / "stats.parquet")
    run(text, remote.environment, source, remote.uri("{bucket}/" + key))
    written = pq.read_table(f"{remote.bucket}/{key}", filesystem=remote.files(), partitioning=None)
    assert written.to_pandas().equals(expected.to_pandas())
    if how == "persist":
        message = run(text, remote.environment, source, remote.uri("{bucket}/" + key), fails=True)
        assert "SavedDatasetLocationAlreadyExists" in message


def test_a_failed_write_leaves_what_was_there(remote, run, local_files):
    """The job fails after megabytes are on their way: an old object stays, a new one never appears, and nothing else."""
    text = """
from feast.on_demand_feature_view import on_demand_feature_view
import pyarrow as pa

def failing(inputs):
    failing.calls = getattr(failing, "calls", 0) + 1
    if failing.calls > 3:
        raise ValueError("out of luck")
    return pd.DataFrame({"noise": [os.urandom(40).hex() for _ in range(len(inputs))]})

from feast.types import String
stats = view(sys.argv[1])
noisy = on_demand_feature_view(sources=[stats], schema=[Field(name="noise", dtype=String)], mode="pandas", streaming=True)(failing)
store.apply([driver, stats, noisy])
start = datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc)
entities = pd.DataFrame({"driver_id": [i % 13 for i in range(600_000)], "event_timestamp": start})
store.get_historical_features(entities, features=["stats:trips", "failing:noise"]).to_parquet(sys.argv[2])
"""
    folder = f"{remote.bucket}/failed-{uuid.uuid4().hex[:6]}"
    files = remote.files()
    with files.open_output_stream(f"{folder}/old.parquet") as stream:
        stream.write(b"old")
    for name in ("old", "new"):
        target = f"{remote.scheme}://{folder}/{name}.parquet"
        message = run(text, remote.environment, str(local_files / "one" / "stats.parquet"), target, fails=True)
        assert "out of luck" in message, message
    from pyarrow.fs import FileSelector

    left = [info.path for info in files.get_file_info(FileSelector(folder, recursive=True)) if info.is_file]
    assert left == [f"{folder}/old.parquet"]
    with files.open_input_stream(f"{folder}/old.parquet") as stream:
        assert stream.read() == b"old"


PUBLIC = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
 "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::%(b)s", "arn:aws:s3:::%(b)s/*"]}]}"""


def test_public_buckets_are_read_without_credentials(s3, local_files, run, tmp_path, expected):
    public = Remote(s3.server, "s3", local_files)
    keys = f"{s3.server.access_key}:{s3.server.secret_key}"
    url = f"{s3.server.endpoint}/{public.bucket}?policy="
    put = ["curl", "-sSf", "-X", "PUT", "-d", PUBLIC % {"b": public.bucket}, "--aws-sigv4", "aws:amz:us-east-1:s3"]
    subprocess.run(
        [*put, "--user", keys, "-H", f"x-amz-content-sha256: {payload_digest(PUBLIC % {'b': public.bucket})}", url],
        check=True,
    )
    out = str(tmp_path / "out")
    endpoint = {"AWS_ENDPOINT_URL": s3.server.endpoint, "AWS_DEFAULT_REGION": "us-east-1"}
    wrong = {**s3.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    path = f"{public.bucket}/folder"
    for uri, environment in [
        (f"s3://{path}", endpoint),
        (f"s3://anonymous@{path}", wrong),
        (f"s3://{path}", {**wrong, "AWS_NO_SIGN_REQUEST": "YES"}),
    ]:
        run(READ, environment, uri, out)
        assert pq.read_table(out).equals(expected)


class SecurityTokenService(http.server.BaseHTTPRequestHandler):
    """Gives whoever asks for the role `reader` the server's own keys, for an hour. As a store, it lets nobody in."""

    keys, asked, tokens = (), [], set()

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append((form["Action"][0], self.headers["Authorization"].split("/")[0].split("=")[1]))
        known = form["RoleArn"] == ["arn:aws:iam::1:role/reader"]
        if not known:
            return self.answer(403, "<Code>AccessDenied</Code><Message>not you</Message>")
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
        self.answer(200, "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, (*self.keys, expires))))

    def do_GET(self):
        self.tokens.add(self.headers["x-amz-security-token"])
        self.answer(403, "<Error><Code>AccessDenied</Code></Error>")

    do_HEAD = do_GET

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def test_a_role_that_the_profile_assumes(s3, run, tmp_path, expected):
    # versitygw takes no session tokens.
    SecurityTokenService.keys = (s3.server.access_key, s3.server.secret_key, "")
    config = "".join(
        f"[profile {role}]\nrole_arn = arn:aws:iam::1:role/{role}\nsource_profile = base\nregion = us-east-1\n"
        for role in ("reader", "stranger")
    )
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        config + "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush-hush\n"
    )
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SecurityTokenService)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    environment = {
        "AWS_ENDPOINT_URL_S3": s3.server.endpoint,
        "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{service.server_port}",
    }
    path = s3.uri(LAYOUTS["folder"])
    try:
        run(READ, {**environment, "AWS_PROFILE": "reader"}, path, str(tmp_path / "out"))
        assert pq.read_table(tmp_path / "out").equals(expected)
        assert set(SecurityTokenService.asked) == {("AssumeRole", "BASE")}
        SecurityTokenService.asked.clear()
        message = refused(run, {**environment, "AWS_PROFILE": "stranger"}, path)
        assert "role/stranger could not be assumed: AccessDenied not you" in message and "hush" not in message, message
        SecurityTokenService.keys = ("ROLE", "hush-hush", "session")
        elsewhere = {**environment, "AWS_ENDPOINT_URL_S3": environment["AWS_ENDPOINT_URL_STS"]}
        assert "allowed_endpoints" not in (said := refused(run, {**elsewhere, "AWS_PROFILE": "reader"}, path))
        assert "Permission denied" in said, said
        assert SecurityTokenService.tokens == {"session"}
        # Keys of the environment come first, as everywhere.
        SecurityTokenService.asked.clear()
        run(READ, {**environment, **s3.environment, "AWS_PROFILE": "stranger"}, path, str(tmp_path / "out"))
        assert SecurityTokenService.asked == []
    finally:
        service.shutdown()


def payload_digest(text):
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_the_emulator_of_gcs_may_be_given_without_a_scheme(gcs, run, tmp_path, expected):
    environment = {"STORAGE_EMULATOR_HOST": gcs.server.endpoint.removeprefix("http://")}
    run(READ, environment, gcs.uri(LAYOUTS["folder"]), str(tmp_path / "out"))
    assert pq.read_table(tmp_path / "out").equals(expected)


def refused(run, environment, uri, seconds=60):
    started = time.monotonic()
    message = run("job(sys.argv[1]).to_df()", environment, uri, fails=True)
    assert time.monotonic() - started < seconds
    return message.strip().splitlines()[-1]


def test_what_s3_refuses_is_explained(s3, run):
    known = s3.environment
    anyone = {k: v for k, v in known.items() if "KEY" not in k}
    path = s3.uri(LAYOUTS["one file"])
    cases = [
        (
            "s3://no-such-bucket/stats.parquet",
            known,
            "There is no bucket 'no-such-bucket'",
            "Correct the bucket's name.",
        ),
        (s3.uri("{bucket}/none.parquet"), known, "There is no object or folder at", "Correct the path."),
        (s3.uri("{bucket}/none-*.parquet"), known, "No file matches", "Check the pattern"),
        (path, {**known, "AWS_SECRET_ACCESS_KEY": "hush-hush"}, "does not belong to the access key", "Copy the pair again"),
        (path, {**known, "AWS_ACCESS_KEY_ID": "nobody"}, "does not know the access key", "Check that it is complete"),
        (path, anyone, "Permission denied", "or AWS_PROFILE"),
        (
            path,
            {**known, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            "Cannot reach",
            "http://127.0.0.1:1 (AWS_ENDPOINT_URL)",
        ),
        (
            path,
            {**known, "AWS_ENDPOINT_URL": "http://no.such.host.invalid"},
            "Cannot reach",
            "no.such.host.invalid",
        ),
    ]
    for uri, environment, what, advice in cases:
        message = refused(run, environment, uri)
        assert what in message and advice in message, message
        assert "hush-hush" not in message and "\n" not in message


def test_another_region_is_explained(s3, run):
    message = refused(run, {**s3.environment, "AWS_DEFAULT_REGION": "eu-north-1"}, s3.uri(LAYOUTS["one file"]))
    assert "region" in message and "AWS_DEFAULT_REGION" in message, message


def test_what_gcs_refuses_is_explained(gcs, run):
    known = gcs.environment
    cases = [
        (
            "gs://no-such-bucket/stats.parquet",
            known,
            "There is no bucket 'no-such-bucket'",
            "Correct the bucket's name.",
        ),
        (gcs.uri("{bucket}/none.parquet"), known, "There is no object or folder at", "Correct the path."),
        (
            gcs.uri("{bucket}/one/stats.parquet"),
            {"STORAGE_EMULATOR_HOST": "127.0.0.1:1"},
            "Cannot reach",
            "127.0.0.1:1",
        ),
    ]
    for uri, environment, what, advice in cases:
        message = refused(run, environment, uri)
        assert what in message and advice in message, message


def test_a_silent_store_is_given_up(s3, run):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        environment = {**s3.environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        # Apply looks at the source, then the job does; each tries twice, for 20 s.
        message = refused(run, environment, s3.uri(LAYOUTS["one file"]), seconds=100)
    assert "Cannot reach" in message, message


def test_writing_to_a_missing_bucket_is_explained(remote, run, local_files):
    target = f"{remote.scheme}://no-such-bucket/out.parquet"
    text = "job(sys.argv[1]).to_parquet(sys.argv[2])"
    message = run(text, remote.environment, str(local_files / "one" / "stats.parquet"), target, fails=True)
    assert f"Cannot write '{target}'" in message and "The bucket 'no-such-bucket' does not exist" in message, message


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that no authority of the system signed, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1",
        shell=True,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return str(folder / "certificate.pem"), str(folder / "key.pem")


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_of_every_variable_are_trusted(variable, s3, certificate, run, tmp_path, expected):
    with Relay(s3.server.endpoint, certificate=certificate) as relay:
        environment = {**s3.environment, "AWS_ENDPOINT_URL": relay.endpoint}
        # The machine's own may stand in the others.
        for other in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            environment[other] = "/etc/ssl/certs/ca-certificates.crt"
        message = refused(run, environment, s3.uri(LAYOUTS["folder"]))
        assert "certificate" in message and "AWS_CA_BUNDLE" in message, message
        (tmp_path / "feature_store.yaml").write_text(YAML.replace("data/registry.db", s3.uri("{bucket}/tls.db")))
        run(READ, {**environment, variable: certificate[0]}, s3.uri(LAYOUTS["folder"]), str(tmp_path / "out"))
    assert pq.read_table(tmp_path / "out").equals(expected)


def test_a_source_brings_its_own_authorities(s3, certificate, run, tmp_path, expected):
    with Relay(s3.server.endpoint, certificate=certificate) as relay:
        environment = {**s3.environment, "AWS_ENDPOINT_URL": relay.endpoint}
        path = f"{s3.uri(LAYOUTS['one file'])}?tls_ca_file_path={certificate[0]}"
        run(READ, environment, path, str(tmp_path / "out"))
        missing = refused(run, environment, f"{s3.uri(LAYOUTS['one file'])}?tls_ca_file_path=/nowhere.pem")
        assert "/nowhere.pem" in missing, missing
    assert pq.read_table(tmp_path / "out").equals(expected)
