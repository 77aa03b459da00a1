"""PostgreSQL from the system's packages, with a cluster of its own."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from servers.cache import Unavailable
from servers.process import Server, ServerProcess, free_port

USER = "feast"
PASSWORD = "feast-test-password"


def program_folder():
    """The newest version's programs; Debian keeps them off the path."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        raise Unavailable("PostgreSQL is not installed: apt-get install postgresql")
    return pathlib.Path(initdb).parent


class PostgresServer(Server):
    """Attributes: `url` of an empty database, with the password; `port`, `user`, `password`."""

    user = USER
    password = PASSWORD

    @classmethod
    def start(cls):
        return cls()

    def __init__(self):
        programs = program_folder()
        # The server refuses to run as root, and its own user must be able to reach its folder.
        as_user = []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="feast-postgres-"))
        if os.geteuid() == 0:
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(self.folder, "postgres")
        self.port = free_port()
        self.url = self.url_of("postgres")
        self._programs, self._as_user = programs, as_user
        self._psql = [programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        try:
            self._initialize(programs, as_user)
            self.run()
        except BaseException:
            self.stop()
            raise

    def _initialize(self, programs, as_user):
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)
        command = [*as_user, programs / "initdb", "-D", self.folder / "data", "-U", USER, "--auth=scram-sha-256"]
        command += [f"--pwfile={password_file}", "--no-sync", "-E", "UTF8", "--locale=C"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        if done.returncode != 0:
            raise Unavailable(f"PostgreSQL cannot be set up: {done.stderr.strip()[-500:]}")

    def run(self):
        programs, as_user = self._programs, self._as_user
        # setpriv drops the parent-death signal with the user, so it is asked for again.
        command = [*as_user, *(["--pdeathsig", "TERM"] if as_user else []), programs / "postgres"]
        command += ["-D", self.folder / "data", "-p", self.port, "-c", "listen_addresses=127.0.0.1"]
        command += ["-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off", "-c", "full_page_writes=off"]
        self.process = ServerProcess(command, self.folder, "postgres")
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        self.process.wait_until(lambda: subprocess.run(ready, cwd=self.folder).returncode == 0)

    def kill(self):
        """As when the machine fails: nobody is told, and what was not committed is lost."""
        self.process.process.send_signal(signal.SIGQUIT)
        self.process.process.wait()

    def url_of(self, database):
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def run_sql(self, statement, database="postgres"):
        """Runs SQL and returns what psql prints: rows as lines, columns with | between them."""
        command = [*self._psql, "-d", self.url_of(database), "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def create_database(self, name):
        """Makes an empty database and returns its URL."""
        self.run_sql(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    def stop(self):
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)
