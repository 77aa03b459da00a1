"""Writes docs/compatibility.md from what this version says of itself: its commands, option tables, classes and names.

usage: compatibility.py [FILE]    with Python that has feast; FILE is docs/compatibility.md unless given
"""

import os
import pathlib
import re
import sys
import tempfile

import feast
from feast import _feast, _modules, _plugins
from feast._feast import run_command
from feast.version import get_version

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = """\
# What of Feast is here

Written by `tools/compatibility.py` from this version's own tables; a test compares the two.
It is compatible with Feast {version}: repos, registries and Python programs made for that version work as they are.
What is not here says so in one sentence when it is used.

| | in this version |
|---|---|
| definitions, `plan`, `apply`, `teardown`, listings, history | yes |
| historical features from files | yes |
| on-demand features in pandas and Python mode | yes |
| saved datasets | yes; validation with profilers is declared, not run |
| online stores that are used, below: `materialize`, `push`, `write_to_online_store`, `get_online_features` | yes |
| other online stores | no; classes of your own are written and read by Feast's methods |
| pushing to the offline store: `push(to=...)`, `write_to_offline_store` | from Python, to one local Parquet file |
| warehouses as offline stores | sources are declared and listed; nothing is read from them |
| feature server: `serve` over HTTP | yes |
| feature server over gRPC (`listen`), registry server, web UI | no |
| on-demand features in Substrait mode | no |
"""
RUNS = {
    "registry": {"file", "sql"},
    "offline_store": set(_plugins._BUILT_IN_OFFLINE),
    "online_store": set(_plugins._BUILT_IN_ONLINE),
    "batch_engine": set(),
    "feature_server": set(),
    "auth": {"no_auth", "token"},
}
BLOCK_TEXT = """\
## Blocks of feature_store.yaml

Each block is read with Feast's options, names and defaults; an unknown option is an error that names the nearest known
one. *Used* types do their work in this version. The others are checked and kept, and say so when they are needed.
Types of your own are named by their dotted path: [plugins.md](plugins.md).
"""
CLASS_TEXT = """\
## Configuration classes

One for each type above, under Feast's module paths, for configurations made in Python.
"""
NAME_TEXT = """\
## Names of the package `feast`

What `from feast import ...` gives. Modules of Feast that are not here raise one sentence when they are imported.
"""


def output_of(*arguments):
    """What `feast` prints with these arguments."""
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        kept = os.dup(1)
        os.dup2(file.fileno(), 1)
        try:
            run_command(["feast", *arguments])
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        file.seek(0)
        return file.read().decode()


def entries(text, heading):
    """[(name, description)] of the lines below `heading`, continued lines joined."""
    found = []
    part = re.search(rf"^{heading}:\n((?:[ ].*\n)+)", text, re.MULTILINE)
    for line in part[1].splitlines() if part else []:
        entry = re.match(r"  (\S+(?: \S+)*?)(?:  +(\S.*))?$", line)
        if entry:
            found.append([entry[1], entry[2] or ""])
        else:
            found[-1][1] = (found[-1][1] + " " + line.strip()).strip()
    return found


def cell(text):
    return text.replace("|", "\\|")


def options_of(text):
    """The options of a command, without values, `--help` and what is only their environment variable."""
    names = [re.match(r"[-\w,]+", name)[0] for name, _ in entries(text, "Options")]
    return ", ".join(f"`{name.replace(',', '`, `')}`" for name in names if name != "--help")


def command_rows(*group):
    for name, what in entries(output_of(*group, "--help"), "Commands"):
        text = output_of(*group, name, "--help")
        yield f"| `{' '.join([*group, name])}` | {cell(what)} | {cell(options_of(text))} |"
        yield from command_rows(*group, name)


def block_lines(block, types):
    yield f"### `{block}`\n"
    yield "| type | used | options |"
    yield "|---|---|---|"
    for kind, options in types.items():
        listed = ", ".join(f"`{option}`" for option in options)
        yield f"| `{kind}` | {'yes' if kind in RUNS.get(block, ()) else 'kept'} | {listed} |"
    yield ""


def class_rows():
    for module, classes in sorted(_modules.CONFIG_CLASSES.items()):
        for name, (block, kind) in classes.items():
            yield f"| `{name}` | `{module}` | `{block}`, `{kind}` |"


def pages():
    yield HEAD.format(version=get_version())
    yield "## Commands\n"
    yield "| command | what it does | options |"
    yield "|---|---|---|"
    yield from command_rows()
    yield ""
    yield BLOCK_TEXT
    for block, types in _feast.option_tables().items():
        yield from block_lines(block, types)
    yield CLASS_TEXT
    yield "| class | module | block, type |"
    yield "|---|---|---|"
    yield from class_rows()
    yield ""
    yield NAME_TEXT
    yield "| name | |"
    yield "|---|---|"
    yield from (f"| `{name}` | `{feast._MODULES[name]}` |" for name in sorted(feast.__all__))
    yield from (f"| `{name}` | not in this version |" for name in _modules.ABSENT_NAMES)


if __name__ == "__main__":
    if any(argument.startswith("-") for argument in sys.argv[1:]):
        sys.exit(__doc__)
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "compatibility.md"
    target.write_text("\n".join(pages()) + "\n")
