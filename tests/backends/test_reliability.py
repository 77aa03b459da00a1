"""A small version of what docs/reliability.md reports: many writers, writers of one object, writers that are killed."""

import pathlib
import subprocess
import sys

import pytest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "bench" / "reliability.py"


@pytest.mark.parametrize("where", ["file", "s3", "moto", "gcs"])
def test_nothing_is_lost_torn_or_missed(where, request):
    if where != "file":
        # Skips where the server cannot be had.
        request.getfixturevalue({"s3": "s3_server", "moto": "moto_server", "gcs": "gcs_server"}[where])
    arguments = ["--on", where, "--writers", "4", "--applies", "5", "--races", "1"]
    arguments += ["--kills", "15" if where == "file" else "0"]
    ended = subprocess.run([sys.executable, PROGRAM, *arguments], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "| 20 of 20 | 0 |" in ended.stdout
