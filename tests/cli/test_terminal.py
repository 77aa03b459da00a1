"""What the `feast` command shows on a terminal, and what it does not show in a pipe."""

import os
import pty
import subprocess

import pytest
from test_cli import FEAST

ESCAPE = "\x1b["


def on_terminal(arguments, folder, **environment):
    """Output of a command whose standard output and error are a terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [FEAST, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            data = os.read(leader, 4096)
        except OSError:  # Linux's end of file of a terminal
            break
        if not data:
            break
        shown += data
    os.close(leader)
    process.wait(timeout=60)
    return shown.decode()


@pytest.mark.parametrize("arguments", [["version"], ["nonsense"]])
def test_colors_only_on_a_terminal(arguments, tmp_path):
    assert ESCAPE in on_terminal(arguments, tmp_path)
    assert ESCAPE not in on_terminal(arguments, tmp_path, NO_COLOR="1")
    assert ESCAPE not in on_terminal(arguments, tmp_path, TERM="dumb")
    piped = subprocess.run([FEAST, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert piped.stdout + piped.stderr
    assert ESCAPE not in piped.stdout + piped.stderr


def test_full_disk_is_an_error(tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [FEAST, "--help"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "could not be written" in done.stderr
