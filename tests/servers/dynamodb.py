"""DynamoDB Local, from Maven."""

import os
import pathlib
import socket

from servers import cache
from servers.process import Server, ServerProcess, answers_http, free_port

VERSION = "2.6.1"
PROJECT = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>feast</groupId><artifactId>servers</artifactId><version>1</version><packaging>pom</packaging><dependencies>
<dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>{VERSION}</version></dependency>
</dependencies></project>
"""


def libraries():
    folder = cache.folder() / f"dynamodb-local-{VERSION}"
    with cache.exclusively(folder.name):
        if not (folder / "ready").exists():
            folder.mkdir(exist_ok=True)
            (folder / "pom.xml").write_text(PROJECT)
            command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
            try:
                cache.run(command, "DynamoDB Local", cwd=folder)
            except FileNotFoundError:
                raise cache.Unavailable("DynamoDB Local cannot be installed: there is no mvn") from None
            (folder / "ready").touch()
    return folder / "lib"


class DynamodbServer(Server):
    """Attributes: `endpoint`; `environment`, with credentials."""

    @classmethod
    def start(cls, folder):
        return cls(folder)

    def __init__(self, folder, on_disk=False):
        """On the disk it outlives a kill(), and is many times as slow."""
        self.storage = ["-dbPath", folder] if on_disk else ["-inMemory"]
        self.folder = pathlib.Path(folder)
        self.libraries = libraries()
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "feast-test-secret"}
        self.run()

    def run(self):
        command = ["java", "-Xmx512m", f"-Djava.library.path={self.libraries}", "-cp", f"{self.libraries}/*"]
        command += ["com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-sharedDb", "-disableTelemetry"]
        command += [*self.storage, "-port", self.port]
        try:
            self.process = ServerProcess(command, self.folder, "dynamodb", {**os.environ, **self.environment})
        except FileNotFoundError:
            raise cache.Unavailable("DynamoDB Local cannot be started: there is no java") from None
        self.process.wait_until(lambda: self._listens() and answers_http(self.endpoint))

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        """As when the machine fails."""
        self.process.process.kill()
        self.process.process.wait()
