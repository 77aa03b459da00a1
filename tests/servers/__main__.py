"""python3 -m servers install | s3 | moto | gcs | postgres | redis | dynamodb: installs all, or runs one until interrupted."""

import signal
import sys
import tempfile

from servers import DynamodbServer, GcsServer, MotoServer, PostgresServer, RedisServer, S3Server, Unavailable
from servers import cache, dynamodb, gcs, s3
from servers.go_program import go_program

STARTS = {
    "s3": S3Server.start,
    "moto": MotoServer.start,
    "gcs": GcsServer.start,
    "postgres": lambda _: PostgresServer.start(),
    "redis": RedisServer.start,
    "dynamodb": DynamodbServer.start,
}
ADDRESSES = ("url", "connection_string", "endpoint")


def install():
    for name, action in {
        "versitygw": lambda: go_program(*s3.VERSITYGW),
        "fake-gcs-server": lambda: go_program(*gcs.FAKE_GCS_SERVER),
        "DynamoDB Local": dynamodb.libraries,
        "moto": lambda: cache.python_environment(s3.MOTO),
    }.items():
        try:
            print(f"{name}: {action()}")
        except Unavailable as reason:
            print(f"{name}: {reason}", file=sys.stderr)


def serve(start):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory() as folder, start(folder) as server:
        for name, value in getattr(server, "environment", {}).items():
            print(f"export {name}={value}")
        print(next(getattr(server, name) for name in ADDRESSES if hasattr(server, name)), flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    choice = sys.argv[1] if len(sys.argv) == 2 else ""
    if choice == "install":
        install()
    elif choice in STARTS:
        serve(STARTS[choice])
    else:
        sys.exit(__doc__)
