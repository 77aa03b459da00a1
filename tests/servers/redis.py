"""Redis from the system's packages: one server, a cluster of three, or a master with a replica and three sentinels."""

import contextlib
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import time

from servers.cache import Unavailable
from servers.process import Server, ServerProcess, free_port

NODES = 3
MASTER = "mymaster"
PASSWORD = "feast-redis-password"
USER, USER_PASSWORD = "feature-reader", "feast-user-password"


def program(name):
    found = shutil.which(name)
    if not found:
        raise Unavailable(f"{name} is not installed: apt-get install redis-server redis-sentinel")
    return found


@contextlib.contextmanager
def connect(port, *login, tls=None):
    """A function that runs one command and gives the reply's text. OSError where nothing answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        link = tls.wrap_socket(plain, server_hostname="localhost") if tls else plain

        def tell(*command):
            text = f"*{len(command)}\r\n" + "".join(f"${len(part)}\r\n{part}\r\n" for part in map(str, command))
            link.sendall(text.encode())
            return link.recv(1 << 16).decode(errors="replace")

        if login:
            tell(*login)
        yield tell


def ask(port, *command, tls=None):
    """One command by hand."""
    with connect(port, tls=tls) as tell:
        return tell(*command)


class RedisServer(Server):
    """Attributes: `port`, `connection_string`."""

    @classmethod
    def start(cls, folder, *options):
        return cls(folder, *options)

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.options = ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", *options]
        self.connection_string = f"localhost:{self.port}"
        self.run()

    def run(self):
        command = [program("redis-server"), "--bind", "127.0.0.1", "--dir", self.folder, *self._listen(), *self.options]
        self.process = ServerProcess(command, self.folder, f"redis-{self.port}")
        self.process.wait_until(self.answers)

    def _listen(self):
        return ["--port", self.port]

    def answers(self):
        try:
            said = ask(self.port, "PING")
        except OSError:
            return False
        return said.startswith(("+PONG", "-NOAUTH"))

    def kill(self):
        """As when the machine fails."""
        self.process.process.kill()
        self.process.process.wait()

    def pause(self):
        self.process.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.process.send_signal(signal.SIGCONT)


class PasswordRedisServer(RedisServer):
    """With a password for everybody, and a user of its own who may do what the online store does."""

    password = PASSWORD

    def __init__(self, folder):
        rules = f"user {USER} on >{USER_PASSWORD} ~* +@hash +@keyspace +@scripting +scan +ping".split()
        super().__init__(folder, "--requirepass", PASSWORD, "--" + rules[0], *rules[1:])
        self.connection_string = f"localhost:{self.port},password={PASSWORD}"
        self.user_connection_string = f"localhost:{self.port},username={USER},password={USER_PASSWORD}"


class TlsRedisServer(RedisServer):
    """Speaks TLS alone, with a certificate for localhost; `authority` is the file that vouches for it."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.authority, self.key = folder / "certificate.pem", folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", self.key, "-out", self.authority]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"No certificate can be made: {done.stderr.strip()[-300:]}")
        self.tls = ssl.create_default_context(cafile=str(self.authority))
        super().__init__(
            folder, "--tls-cert-file", self.authority, "--tls-key-file", self.key, "--tls-ca-cert-file", self.authority,
            "--tls-auth-clients", "no",
        )  # fmt: skip
        self.connection_string = f"localhost:{self.port},ssl=true,ssl_ca_certs={self.authority}"

    def _listen(self):
        return ["--port", 0, "--tls-port", self.port]

    def answers(self):
        try:
            return ask(self.port, "PING", tls=self.tls).startswith("+PONG")
        except OSError:
            return False


class RedisCluster(Server):
    def __init__(self, folder):
        self.nodes = []
        try:
            for i in range(NODES):
                options = ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"]
                options += ["--cluster-node-timeout", "2000", "--cluster-port", free_port()]
                self.nodes.append(RedisServer(pathlib.Path(folder) / str(i), *options))
            self._join()
        except BaseException:
            self.stop()
            raise
        self.connection_string = ",".join(node.connection_string for node in self.nodes[:2])

    @classmethod
    def start(cls, folder):
        return cls(folder)

    def _join(self):
        first = self.nodes[0]
        for node in self.nodes:
            begin, end = (self.nodes.index(node) + i for i in (0, 1))
            ask(node.port, "CLUSTER", "ADDSLOTSRANGE", begin * 16384 // NODES, end * 16384 // NODES - 1)
        for node in self.nodes[1:]:
            bus = node.options[node.options.index("--cluster-port") + 1]
            ask(first.port, "CLUSTER", "MEET", "127.0.0.1", node.port, bus)
        deadline = time.monotonic() + 30
        for node in self.nodes:
            while "cluster_state:ok" not in ask(node.port, "CLUSTER", "INFO") or not self._knows_all(node):
                if time.monotonic() > deadline:
                    raise Unavailable(f"The cluster does not come together: {ask(node.port, 'CLUSTER', 'INFO')}")
                time.sleep(0.1)

    @staticmethod
    def _knows_all(node):
        return f"cluster_known_nodes:{NODES}" in ask(node.port, "CLUSTER", "INFO")

    def stop(self):
        for node in self.nodes:
            node.stop()


class RedisSentinels(Server):
    """Attributes: `master`, `replica`, `sentinels`."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.sentinels = []
        self.master = self.replica = None
        try:
            self.master = RedisServer(folder / "master")
            self.replica = RedisServer(folder / "replica", "--replicaof", "127.0.0.1", self.master.port)
            self.wait_until(lambda: "master_link_status:up" in ask(self.replica.port, "INFO", "replication"))
            for i in range(NODES):
                self.sentinels.append(self._sentinel(folder / f"sentinel-{i}"))
            for port, _ in self.sentinels:
                self.wait_until(lambda port=port: f"{NODES - 1}" in self._others(port))
        except BaseException:
            self.stop()
            raise
        self.connection_string = ",".join(f"localhost:{port}" for port, _ in self.sentinels)

    @classmethod
    def start(cls, folder):
        return cls(folder)

    def _sentinel(self, folder):
        folder.mkdir()
        port = free_port()
        (folder / "sentinel.conf").write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor {MASTER} 127.0.0.1 {self.master.port} 2\n"
            f"sentinel down-after-milliseconds {MASTER} 1000\nsentinel failover-timeout {MASTER} 5000\n"
        )
        process = ServerProcess([program("redis-server"), folder / "sentinel.conf", "--sentinel"], folder, "sentinel")
        process.wait_until(lambda: self._others(port) is not None)
        return port, process

    @staticmethod
    def _others(port):
        """How many other sentinels one knows, and that the master has a replica."""
        try:
            said = ask(port, "SENTINEL", "MASTER", MASTER).split("\r\n")
        except OSError:
            return None
        if "num-slaves" not in said or said[said.index("num-slaves") + 2] == "0":
            return ""
        return said[said.index("num-other-sentinels") + 2]

    @staticmethod
    def wait_until(ready, patience_s=30):
        deadline = time.monotonic() + patience_s
        while not ready():
            if time.monotonic() > deadline:
                raise Unavailable("The sentinels do not come together")
            time.sleep(0.05)

    def stop(self):
        for _, process in self.sentinels:
            process.stop()
        for server in (self.replica, self.master):
            if server is not None:
                server.stop()
