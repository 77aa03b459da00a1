"""Real servers. Each test process has its own: they start in a second or two, and end with it."""

import pytest
import servers
import servers.cache
from peer import ours, repository, theirs  # noqa: F401  fixtures
from online_place import OnlinePlace
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


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    yield from running(servers.RedisServer.start, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def redis_password_server(tmp_path_factory):
    yield from running(servers.PasswordRedisServer, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def redis_tls_server(tmp_path_factory):
    yield from running(servers.TlsRedisServer, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory):
    yield from running(servers.RedisCluster.start, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def redis_sentinels(tmp_path_factory):
    yield from running(servers.RedisSentinels.start, tmp_path_factory.mktemp("redis"))


@pytest.fixture(scope="session")
def dynamodb_server(tmp_path_factory):
    """Its credentials are this process's, and those of what it starts."""
    for server in running(servers.DynamodbServer.start, tmp_path_factory.mktemp("dynamodb")):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in server.environment.items():
                patch.setenv(name, value)
            yield server


def _online_block(name, request):
    """What `online_store:` is for a store of this name."""
    if name == "sqlite":
        return {"type": "sqlite", "path": "data/online.db"}
    server = request.getfixturevalue(ONLINE_STORES[name])
    if name == "dynamodb":
        return {"type": "dynamodb", "region": "eu-west-1", "endpoint_url": server.endpoint}
    if name == "postgres":
        login = {"user": server.user, "password": server.password, "host": "127.0.0.1", "port": server.port}
        return {"type": "postgres", "database": "postgres", "sslmode": "disable", "db_schema": "online", **login}
    block = {"type": "redis", "connection_string": server.connection_string}
    if name == "redis_user":
        block["connection_string"] = server.user_connection_string
    if name in ("redis_cluster", "redis_sentinel"):
        block["redis_type"] = name
    return block


# Each with the fixture of its server.
ONLINE_STORES = {
    "sqlite": None,
    "dynamodb": "dynamodb_server",
    "postgres": "postgres_server",
    "redis": "redis_server",
    "redis_user": "redis_password_server",
    "redis_tls": "redis_tls_server",
    "redis_cluster": "redis_cluster",
    "redis_sentinel": "redis_sentinels",
}


@pytest.fixture(params=list(ONLINE_STORES))
def online(request, tmp_path):
    """An online store of each type, with a feature repo that has nothing in it."""
    return OnlinePlace(request.param, tmp_path, _online_block(request.param, request))
