"""Google Cloud Storage: fake-gcs-server."""

import json
import pathlib
import urllib.request

from servers.go_program import go_program
from servers.process import Server, ServerProcess, answers_http, free_port

FAKE_GCS_SERVER = ("github.com/fsouza/fake-gcs-server", "v1.56.1")


class GcsServer(Server):
    """Attributes: `endpoint`, a URL; `environment`, what clients need to reach it."""

    def __init__(self, command, folder, port):
        self.endpoint = f"http://127.0.0.1:{port}"
        self.environment = {"STORAGE_EMULATOR_HOST": self.endpoint}
        self.process = ServerProcess(command, folder, "fake-gcs-server")
        self.process.wait_until(lambda: answers_http(self.endpoint + "/storage/v1/b"))

    @classmethod
    def start(cls, folder):
        """Unavailable when it cannot be built: that takes Go, from the path or from PyPI."""
        port = free_port()
        address = f"127.0.0.1:{port}"
        command = [go_program(*FAKE_GCS_SERVER), "-scheme", "http", "-host", "127.0.0.1", "-port", port]
        command += ["-backend", "memory", "-public-host", address, "-external-url", f"http://{address}"]
        return cls(command, pathlib.Path(folder), port)

    def file_system(self):
        """A pyarrow file system on the server."""
        from pyarrow.fs import GcsFileSystem

        address = self.endpoint.removeprefix("http://")
        return GcsFileSystem(anonymous=True, endpoint_override=address, scheme="http", project_id="test")

    def create_bucket(self, name):
        request = urllib.request.Request(
            self.endpoint + "/storage/v1/b?project=test",
            data=json.dumps({"name": name}).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
