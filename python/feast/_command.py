"""The `feast` command inside Python: what the native command turns into when feature_store.yaml names Python classes."""

from __future__ import annotations

import signal
import sys


def main(arguments: list[str]) -> int:
    # Ctrl-C ends the command as it ends the native one; Python itself would only notice once the command is done.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What a class of the user's own prints appears when it is printed.
    sys.stdout.reconfigure(line_buffering=True)
    from feast._feast import run_command

    return run_command(["feast", *arguments])
