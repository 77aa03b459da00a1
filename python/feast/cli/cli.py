"""The `feast` command as a function."""

from __future__ import annotations

import sys

__all__ = ["cli"]


def cli(args: list[str] | None = None) -> None:
    """Runs `feast` with `args` (by default those of this process) and exits with its code."""
    from feast._command import main

    sys.exit(main(list(sys.argv[1:] if args is None else args)))


main = cli

if __name__ == "__main__":
    # Run by its path, this folder stands where the program's own modules are looked for.
    sys.path.pop(0)
    cli()
