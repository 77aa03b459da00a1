"""S3: versitygw, which checks signatures and conditions, and moto, which takes any secret."""

import os
import pathlib

from servers import cache
from servers.go_program import go_program
from servers.process import Server, ServerProcess, answers_http, free_port

VERSITYGW = ("github.com/versity/versitygw/cmd/versitygw", "v1.8.0")
MOTO = "moto[server]==5.2.5"
REGION = "us-east-1"


class S3Compatible(Server):
    """Attributes: `endpoint`, a URL; `access_key`, `secret_key`; `environment`, what clients need to reach it."""

    access_key = "feast-test-key"
    secret_key = "feast-test-secret"

    def __init__(self, command, folder, name, port, environment=None, ready="/"):
        self.endpoint = f"http://127.0.0.1:{port}"
        self.environment = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
        }
        self.process = ServerProcess(command, folder, name, environment)
        self.process.wait_until(lambda: answers_http(self.endpoint + ready))

    def file_system(self):
        """A pyarrow file system with the server's keys."""
        from pyarrow.fs import S3FileSystem

        return S3FileSystem(
            access_key=self.access_key,
            secret_key=self.secret_key,
            endpoint_override=self.endpoint,
            region=REGION,
            allow_bucket_creation=True,
        )

    def create_bucket(self, name):
        self.file_system().create_dir(name)


class S3Server(S3Compatible):
    """versitygw over a folder."""

    @classmethod
    def start(cls, folder):
        """Unavailable when it cannot be built: that takes Go, from the path or from PyPI."""
        folder = pathlib.Path(folder)
        files = folder / "s3"
        files.mkdir(parents=True)
        port = free_port()
        command = [go_program(*VERSITYGW), "--port", f"127.0.0.1:{port}", "posix", files]
        keys = {"ROOT_ACCESS_KEY": cls.access_key, "ROOT_SECRET_KEY": cls.secret_key}
        return cls(command, folder, "versitygw", port, {**os.environ, **keys})


class MotoServer(S3Compatible):
    """moto. It has the other AWS services as well (STS, DynamoDB) at the same endpoint."""

    @classmethod
    def start(cls, folder):
        folder = pathlib.Path(folder)
        port = free_port()
        command = [cache.python_environment(MOTO) / "moto_server", "-H", "127.0.0.1", "-p", port]
        return cls(command, folder, "moto", port, ready="/moto-api/")
