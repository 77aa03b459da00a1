"""S3: versitygw, which checks signatures and conditions, and moto, which takes any secret."""

import os
import pathlib
import subprocess

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

    def put_bucket_policy(self, bucket, policy):
        """`policy` is JSON. Raises CalledProcessError when the server does not take it."""
        program = "import boto3, sys; boto3.client('s3').put_bucket_policy(Bucket=sys.argv[1], Policy=sys.argv[2])"
        python = cache.python_environment("boto3==1.44.5") / "python"
        subprocess.run(
            [python, "-c", program, bucket, policy],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment},
        )


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
        (folder / "users").mkdir()
        command[1:1] = ["--iam-dir", folder / "users"]
        keys = {"ROOT_ACCESS_KEY": cls.access_key, "ROOT_SECRET_KEY": cls.secret_key}
        return cls(command, folder, "versitygw", port, {**os.environ, **keys})

    def create_user(self, access_key, secret_key):
        """One who may do what bucket policies allow. The name in a policy is the access key."""
        admin = [go_program(*VERSITYGW), "admin", "--access", self.access_key, "--secret", self.secret_key]
        admin += ["--region", REGION, "--endpoint-url", self.endpoint]
        user = ["create-user", "--access", access_key, "--secret", secret_key, "--role", "user"]
        subprocess.run(admin + user, check=True, capture_output=True)


class MotoServer(S3Compatible):
    """moto. It has the other AWS services as well (STS, DynamoDB) at the same endpoint."""

    @classmethod
    def start(cls, folder):
        folder = pathlib.Path(folder)
        port = free_port()
        command = [cache.python_environment(MOTO) / "moto_server", "-H", "127.0.0.1", "-p", port]
        return cls(command, folder, "moto", port, ready="/moto-api/")
