"""House rules that no other tool checks: names, file sizes, forbidden words."""

import pathlib
import re
import subprocess
import sys

LINES_MAX = 500
FORBIDDEN_NAMES = re.compile(r"(^|[/_])(utils?|helpers?|common|manager|misc)([_.]|$)", re.IGNORECASE)
# Modules that Feast's users import by this name.
FEAST_PATHS = {
    "python/feast/utils.py",
    "python/feast/infra/key_encoding_utils.py",
    "python/feast/infra/offline_stores/offline_utils.py",
    "python/feast/infra/online_stores/helpers.py",
}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
COLUMNS_MAX = 120
INLINE_CODE = re.compile(r"`[^`]*`")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work|root|tmp/[a-z]+venv)/")


def long_lines(lines):
    """Numbers of the lines of a page that are too long. Tables and code may be, and what has no place to break."""
    is_code = False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif len(line) > COLUMNS_MAX and not is_code and not line.startswith("|"):
            if " " in INLINE_CODE.sub("", line.strip()):
                yield number


def problems(path: pathlib.Path):
    if FORBIDDEN_NAMES.search(str(path)) and str(path) not in FEAST_PATHS:
        yield f"{path}: name the file for its one concept"
    if path.suffix not in {".cc", ".h", ".py", ".md", ".proto", ".cmake", ""} or not path.is_file():
        return
    try:
        lines = path.read_text().splitlines()
    except UnicodeDecodeError:
        return
    if path.suffix in {".cc", ".h"} and len(lines) > LINES_MAX:
        yield f"{path}: {len(lines)} lines; split it by concept (at most {LINES_MAX})"
    if path.suffix == ".h" and "#pragma once" not in lines:
        yield f"{path}: no #pragma once"
    if path.suffix == ".md":
        yield from (f"{path}:{number}: over {COLUMNS_MAX} columns; wrap it" for number in long_lines(lines))
    if path == pathlib.Path(__file__).relative_to(ROOT):
        return
    for number, line in enumerate(lines, 1):
        if LEFTOVERS.search(line):
            yield f"{path}:{number}: finish it or file it: {line.strip()}"
        if MACHINE_PATHS.search(line):
            yield f"{path}:{number}: a path of one machine: {line.strip()}"


ROOT = pathlib.Path(__file__).resolve().parent.parent
files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
found = [problem for name in files if name for problem in problems(pathlib.Path(name))]
print("\n".join(found))
sys.exit(1 if found else 0)
