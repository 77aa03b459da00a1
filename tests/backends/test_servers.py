"""The servers themselves: what the other tests rely on."""

import os
import urllib.error
import urllib.request
import uuid

import pytest


def round_trip(server):
    bucket = f"b-{uuid.uuid4()}"
    server.create_bucket(bucket)
    files = server.file_system()
    with files.open_output_stream(f"{bucket}/a/b") as stream:
        stream.write(b"value")
    with files.open_input_file(f"{bucket}/a/b") as stream:
        assert stream.read() == b"value"


def test_s3_round_trip(s3_server):
    round_trip(s3_server)


def test_s3_checks_signatures(s3_server):
    from pyarrow.fs import FileSelector, S3FileSystem

    s3_server.create_bucket("signed")
    wrong = S3FileSystem(access_key=s3_server.access_key, secret_key="wrong", endpoint_override=s3_server.endpoint)
    with pytest.raises(OSError, match="(?i)signature"):
        wrong.get_file_info(FileSelector("signed"))
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(s3_server.endpoint + "/signed/a")


def test_moto_round_trip(moto_server):
    round_trip(moto_server)


def test_gcs_round_trip(gcs_server):
    round_trip(gcs_server)


def test_postgres_round_trip(postgres_server):
    url = postgres_server.create_database("servers")
    assert url.startswith("postgresql://")
    assert postgres_server.run_sql("select current_database()", "servers").strip() == "servers"


def test_a_stopped_server_is_gone(tmp_path):
    import servers

    try:
        server = servers.PostgresServer.start()
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    process, folder = server.process.process, server.folder
    server.stop()
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    assert not folder.exists()
