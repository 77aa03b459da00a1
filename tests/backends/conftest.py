"""Real servers. Each test process has its own: they start in a second or two, and end with it."""

import pytest
import servers
from peer import ours, repository, theirs  # noqa: F401  fixtures


def running(start, *arguments):
    try:
        server = start(*arguments)
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    with server:
        yield server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """versitygw: checks signatures."""
    yield from running(servers.S3Server.start, tmp_path_factory.mktemp("s3"))


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory):
    """moto: another S3, which takes any secret."""
    yield from running(servers.MotoServer.start, tmp_path_factory.mktemp("moto"))


@pytest.fixture(scope="session")
def gcs_server(tmp_path_factory):
    yield from running(servers.GcsServer.start, tmp_path_factory.mktemp("gcs"))


@pytest.fixture(scope="session")
def postgres_server():
    yield from running(servers.PostgresServer.start)
