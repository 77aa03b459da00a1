"""Real servers for the tests, on loopback: installed once into a cache, started on a free port, stopped by process id.

    with S3Server.start(folder) as s3:
        s3.create_bucket("features")
        subprocess.run([...], env={**os.environ, **s3.environment})

`start` raises Unavailable, with the reason, where a server cannot be had; tests are then skipped with it.
By hand: `PYTHONPATH=tests python3 -m servers s3` starts one and prints what to export.
"""

from servers.cache import Unavailable
from servers.dynamodb import DynamodbServer
from servers.gcs import GcsServer
from servers.postgres import PostgresServer
from servers.redis import PasswordRedisServer, RedisCluster, RedisSentinels, RedisServer, TlsRedisServer
from servers.s3 import MotoServer, S3Server

__all__ = [
    "DynamodbServer",
    "GcsServer",
    "MotoServer",
    "PasswordRedisServer",
    "PostgresServer",
    "RedisCluster",
    "RedisSentinels",
    "RedisServer",
    "S3Server",
    "TlsRedisServer",
    "Unavailable",
]
