"""A server process: started on loopback, awaited, stopped by its process id."""

import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

from servers.cache import Unavailable

STOP_PATIENCE_S = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers_http(url):
    """Whether anything answers there, be it with an error."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


class ServerProcess:
    def __init__(self, command, folder, name, environment=None):
        """Starts `command`, which logs to `folder`/`name`.log. It gets SIGTERM even when this process is killed."""
        self.name = name
        self.log = pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=folder,
            )

    def wait_until(self, ready, patience_s=60):
        """Returns once `ready()` is true; Unavailable, with the end of the log, when the server dies or is too slow."""
        deadline = time.monotonic() + patience_s
        while not ready():
            ended = self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.stop()
                what = f"ended with code {self.process.returncode}" if ended else f"was not ready in {patience_s} s"
                raise Unavailable(f"{self.name} {what}: {self.log.read_text(errors='replace').strip()[-500:]}")
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Server:
    """What every server here has: a process, and its end with the `with` block."""

    process = None

    def stop(self):
        if self.process is not None:
            self.process.stop()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
