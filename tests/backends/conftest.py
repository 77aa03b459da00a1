"""Real servers. Each test process has its own: they start in a second or two, and end with it."""

import pytest
import servers
import servers.cache
from peer import ours, repository, theirs  # noqa: F401  fixtures
from place import Place


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


@pytest.fixture(params=["s3", "moto", "gcs"])
def place(request, tmp_path):
    server = request.getfixturevalue({"s3": "s3_server", "moto": "moto_server", "gcs": "gcs_server"}[request.param])
    return Place(server, "gs" if request.param == "gcs" else "s3", tmp_path)


@pytest.fixture
def s3(s3_server, tmp_path):
    return Place(s3_server, "s3", tmp_path)


@pytest.fixture(scope="session")
def boto3():
    """A folder to import boto3 from: Feast's S3 registry needs it, and its environment need not have it."""
    try:
        environment = servers.cache.python_environment("boto3==1.44.5").parent
    except servers.Unavailable as reason:
        pytest.skip(str(reason))
    return str(next(environment.glob("lib/python*/site-packages")))
