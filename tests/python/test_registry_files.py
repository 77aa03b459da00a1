"""Registries on files and behind servers that are not as they should be, as a user meets them."""

import http.server
import os
import pathlib
import stat
import subprocess
import sys
import threading

import pytest

from feast import Entity, FeatureStore, FeatureView, FileSource, RepoConfig


def open_store(folder, registry, project="demo"):
    pathlib.Path(folder).mkdir(exist_ok=True)
    return FeatureStore(
        config=RepoConfig(
            project=project, provider="local", online_store=None, registry=str(registry), repo_path=str(folder)
        )
    )


def test_a_header_that_is_not_utf8_harms_nobody(tmp_path):
    shared = tmp_path / "shared.db"
    neighbour = open_store(tmp_path / "a", shared, "neighbour")
    neighbour.apply([Entity(name="theirs", join_keys=["k"])])
    before = shared.read_bytes()
    (tmp_path / "b").mkdir()
    data = tmp_path / "b" / "data.csv"
    data.write_bytes("driver_id,event_timestamp,größe\n1,2024-01-01T00:00:00Z,1.5\n".encode("latin-1"))
    driver = Entity(name="driver", join_keys=["driver_id"])
    source = FileSource(name="s", path="data.csv", timestamp_field="event_timestamp")
    store = open_store(tmp_path / "b", shared, "second")
    with pytest.raises(Exception, match="UTF-8"):
        store.apply([driver, FeatureView(name="v", entities=[driver], source=source)])
    assert shared.read_bytes() == before
    data.write_bytes(b"driver_id,event_timestamp,groesse\n1,2024-01-01T00:00:00Z,1.5\n")
    store.apply([driver, FeatureView(name="v", entities=[driver], source=source)])
    assert [entity.name for entity in neighbour.list_entities()] == ["theirs"]


def test_text_that_cannot_be_encoded_is_refused(tmp_path):
    store = open_store(tmp_path / "a", tmp_path / "registry.db")
    with pytest.raises((ValueError, TypeError)):
        store.apply([Entity(name="driver", description="caf\udce9")])
    assert not (tmp_path / "registry.db").exists()


def test_what_is_looked_up_can_be_changed_without_harm(store, repo, driver, stats):
    store.apply([driver, stats])
    view = store.get_feature_view(stats.name)
    paths = view.batch_source.path
    view.tags["mine"] = "yes"
    view.features.clear()
    view.batch_source.path = "elsewhere"
    store.get_entity("driver").join_key = "other"
    for listed in store.list_feature_views():
        listed.description = "mine"
    again = store.get_feature_view(stats.name)
    assert "mine" not in again.tags and again.features and again.description == stats.description
    assert again.batch_source.path == paths
    assert store.get_entity("driver").join_key == driver.join_key


def test_history_is_as_private_as_the_registry(tmp_path):
    registry = tmp_path / "registry.db"
    store = open_store(tmp_path / "a", registry)
    store.apply([Entity(name="one")])
    registry.chmod(0o600)
    store.apply([Entity(name="two")])
    history = tmp_path / "registry.db.history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o700
    newest = max(history.glob("*.zst"), key=lambda path: path.stat().st_mtime_ns)
    assert stat.S_IMODE(newest.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_no_registry(tmp_path, kind):
    registry = tmp_path / "pipe" if kind == "pipe" else pathlib.Path("/dev/zero")
    if kind == "pipe":
        os.mkfifo(registry)
    store = open_store(tmp_path / "a", registry)
    for attempt in (store.list_entities, store.teardown, lambda: store.apply([Entity(name="one")])):
        with pytest.raises(OSError, match=f"it is a {kind}"):
            attempt()
    assert registry.exists()


def test_a_folder_whose_name_is_not_utf8(tmp_path):
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    os.mkdir(folder)
    pathlib.Path(folder, "feature_store.yaml").write_text(
        "project: demo\nprovider: local\nregistry: registry.db\nonline_store:\n  path: online.db\n"
    )
    pathlib.Path(folder, "defs.py").write_text(
        "from feast import Entity, FeatureView, Field, FileSource\nfrom feast.types import Float32\n"
        "e = Entity(name='e', join_keys=['k'])\n"
        "v = FeatureView(name='v', entities=[e], schema=[Field(name='x', dtype=Float32)],\n"
        "                source=FileSource(name='s', path='d.parquet', timestamp_field='t'))\n"
    )
    code = (
        "from feast import FeatureStore; import defs; s = FeatureStore('.'); "
        "s._store.apply([defs.e, defs.v], skip_source_validation=True); print(len(s.list_entities()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1\n"


class Server(http.server.BaseHTTPRequestHandler):
    """As much of S3 as a registry needs; weak ETags when told so."""

    objects = {}
    weak = False

    def do_GET(self):
        body = self.objects.get(self.path)
        self.send_response(404 if body is None else 200)
        if body is not None:
            self.send_header("ETag", ("W/" if self.weak else "") + f'"{hash(body)}"')
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = self.objects.get(self.path)
        wanted = self.headers.get("If-Match")
        refused = (self.headers.get("If-None-Match") and now is not None) or (
            wanted and (now is None or wanted != f'"{hash(now)}"')
        )
        if not refused:
            self.objects[self.path] = body
        self.send_response(412 if refused else 200)
        self.send_header("ETag", f'"{hash(body)}"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_DELETE(self):
        self.objects.pop(self.path, None)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


def test_weak_etags_end_an_apply_at_once(tmp_path, monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    open_store(tmp_path / "a", "s3://bucket/registry.db").apply([Entity(name="one")])
    stored = dict(Server.objects)
    monkeypatch.setattr(Server, "weak", True)
    with pytest.raises(ValueError, match='a weak one, W/"'):
        open_store(tmp_path / "a", "s3://bucket/registry.db").apply([Entity(name="two")])
    assert Server.objects == stored
    server.shutdown()
