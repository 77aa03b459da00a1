"""Feature repos whose registry is in a bucket of a real server."""

import os
import pathlib
import subprocess
import sys
import uuid

FEAST = str(pathlib.Path(sys.executable).with_name("feast"))

DEFINITION = """\
from feast import Entity
{name} = Entity(name="{name}", join_keys=["{name}_id"], description="{description}")
"""


class Place:
    """A bucket of its own on one server, and repos that keep their registry there."""

    def __init__(self, server, scheme, folder):
        self.server, self.scheme, self.folder = server, scheme, folder
        self.bucket = "feast-" + uuid.uuid4().hex[:12]
        server.create_bucket(self.bucket)
        self.environment = {
            **os.environ,
            **server.environment,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_GCE_CHECK": "true",
        }

    def repo(self, name="repo", key="team/registry.db", options="", entities=("driver",), description=""):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        path = key if "://" in key else f"{self.scheme}://{self.bucket}/{key}"
        folder.joinpath("feature_store.yaml").write_text(
            f'project: demo\nprovider: local\nregistry:\n  path: "{path}"\n{options}online_store: null\n'
        )
        text = "".join(DEFINITION.format(name=entity, description=description) for entity in entities)
        folder.joinpath("definitions.py").write_text(text)
        return folder

    def feast(self, repo, *arguments, expect=0, **environment):
        ended = subprocess.run(
            [FEAST, *arguments],
            cwd=repo,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ended.returncode == expect, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr
