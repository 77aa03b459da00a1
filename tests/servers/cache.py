"""Where installed servers are kept: FEAST_SERVERS_CACHE, or .cache/servers in this repository."""

import contextlib
import fcntl
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Unavailable(Exception):
    """A server cannot be installed or started here; the message says why."""


def folder():
    path = pathlib.Path(os.environ.get("FEAST_SERVERS_CACHE") or ROOT / ".cache" / "servers").resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def exclusively(name):
    """Test processes that need the same installation take turns."""
    with open(folder() / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command, what, **options):
    """Runs a command of an installation at the lowest priority."""
    done = subprocess.run(["nice", "-n", "19", *map(str, command)], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Unavailable(f"{what} cannot be installed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def python_environment(requirement):
    """The bin folder of a virtual environment that holds one pinned requirement, such as "moto[server]==5.2.5"."""
    environment = folder() / requirement.replace("[", "-").replace("]", "").replace("==", "-")
    with exclusively(environment.name):
        ready = environment / "ready"
        if not ready.exists():
            run([sys.executable, "-m", "venv", environment], requirement)
            install = [environment / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            run([*install, requirement], requirement)
            ready.touch()
    return environment / "bin"
