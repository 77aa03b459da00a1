"""feast._evaluate: which files of a repo are read, what they declare, and what an error in them looks like."""

import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from feast import _evaluate

CHILD = """
import sys
from feast._evaluate import main
sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
"""

ENTITY = "from feast import Entity\ndriver = Entity(name='driver', join_keys=['driver_id'])\n"

VIEW = """
from datetime import timedelta
from feast import FeatureView, Field, FileSource
from feast.types import Float32
from entities import *
view = FeatureView(
    name="stats", entities=[driver], ttl=timedelta(days=1), schema=[Field(name="conv_rate", dtype=Float32)],
    source=FileSource(name="stats_source", path="stats.parquet", timestamp_field="event_timestamp"),
)
"""


class Answer:
    def __init__(self, data, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr
        self.kind, parts, rest = data[:1], [], data[1:]
        while rest:
            (size,) = struct.unpack("<Q", rest[:8])
            parts.append(rest[8 : 8 + size])
            rest = rest[8 + size :]
        self.registry = parts[0] if self.kind == b"R" else None
        self.origins = json.loads(parts[1]) if self.kind == b"R" else None
        self.error = parts[0].decode() if self.kind == b"E" else None


def evaluate(repo, project="demo", cwd=None):
    ours, theirs = socket.socketpair()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(theirs.fileno()), str(repo), project],
        pass_fds=[theirs.fileno()],
        cwd=cwd or repo,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    theirs.close()
    with ours, ours.makefile("rb") as stream:
        data = stream.read()
    stdout, stderr = child.communicate()
    return Answer(data, child.returncode, stdout, stderr)


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def names(answer):
    from feast.protos.feast.core.Registry_pb2 import Registry

    registry = Registry.FromString(answer.registry)
    return {
        "entities": [item.spec.name for item in registry.entities],
        "sources": [item.name for item in registry.data_sources],
        "views": [item.spec.name for item in registry.feature_views],
    }


def found(root):
    return [str(path.relative_to(root)) for path in _evaluate.definition_files(root)]


def test_files_are_sorted_and_tools_folders_are_left_out(tmp_path):
    kept = ["a.py", "b/c.py", "b/d/e.py", "sub/.venv/in.py", "z.py"]
    left_out = [
        "__init__.py",
        "b/__init__.py",
        ".venv/lib/x.py",
        ".git/hook.py",
        "b/__pycache__/y.py",
        "b/.ipynb_checkpoints/n.py",
        "t.txt",
    ]
    write(tmp_path, dict.fromkeys(kept + left_out, ""))
    assert found(tmp_path) == kept


def test_feastignore(tmp_path):
    write(tmp_path, dict.fromkeys(["a.py", "b/c.py", "b/d/e.py", "deep/er/test_x.py", "deep/f.py", "g.py"], ""))
    (tmp_path / ".feastignore").write_text("# comment\n\n/b/d/\n**/test_*.py  # tests\ng.py\nno/such\n")
    assert found(tmp_path) == ["a.py", "b/c.py", "deep/f.py"]
    (tmp_path / ".feastignore").write_text("b\n")
    assert found(tmp_path) == ["a.py", "deep/er/test_x.py", "deep/f.py", "g.py"]


def test_a_bad_ignore_pattern_names_its_line(tmp_path):
    write(tmp_path, {"a.py": ENTITY, ".feastignore": "ok\na**b/**c\n"})
    answer = evaluate(tmp_path)
    assert answer.error.startswith(f"{tmp_path}/.feastignore:2: ")


def test_objects_are_collected_once_with_their_origins(tmp_path):
    write(tmp_path, {"entities.py": ENTITY, "views/stats.py": VIEW})
    answer = evaluate(tmp_path)
    assert answer.code == 0, answer.stderr
    # The source stands only inside the view; the entity is imported by another file.
    assert names(answer) == {"entities": ["driver"], "sources": ["stats_source"], "views": ["stats"]}
    assert answer.origins["entities"] == [["entities.py", 2]]
    assert answer.origins["feature_views"] == [["views/stats.py", 6]]
    assert [file for file, _ in answer.origins["data_sources"]] == ["views/stats.py"]


def test_two_equal_objects_are_two(tmp_path):
    write(tmp_path, {"a.py": ENTITY, "b.py": ENTITY})
    answer = evaluate(tmp_path)
    assert names(answer)["entities"] == ["driver", "driver"]
    assert answer.origins["entities"] == [["a.py", 2], ["b.py", 2]]


def test_origins_are_as_seen_from_the_working_directory(tmp_path):
    write(tmp_path / "repo", {"a.py": ENTITY})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert evaluate(tmp_path / "repo", cwd=tmp_path).origins["entities"] == [["repo/a.py", 2]]
    assert evaluate(tmp_path / "repo", cwd=elsewhere).origins["entities"] == [[str(tmp_path / "repo/a.py"), 2]]


def test_files_run_in_the_repo_whatever_their_names(tmp_path):
    check = ENTITY + "import os, pathlib\nassert pathlib.Path('here.txt').exists(), os.getcwd()\n"
    files = {
        "types.py": check,
        "my-features.py": check,
        "v1.2.py": check,
        "json/decoder.py": check,
        "pyarrow.py": check,
        "feast.py": check,
    }
    write(tmp_path, {**files, "here.txt": ""})
    answer = evaluate(tmp_path, cwd=tmp_path.parent)
    assert answer.code == 0, answer.error
    assert names(answer)["entities"] == ["driver"] * len(files)


def test_packages_and_relative_imports(tmp_path):
    write(
        tmp_path,
        {
            "team/__init__.py": "",
            "team/keys.py": ENTITY,
            "team/copy.py": "from .keys import driver\nfrom team.keys import driver as same\n",
        },
    )
    assert names(evaluate(tmp_path))["entities"] == ["driver"]


def test_what_files_print_does_not_reach_the_answer(tmp_path):
    write(tmp_path, {"a.py": ENTITY + "import os\nprint('hello')\nos.system('echo from a shell')\n"})
    answer = evaluate(tmp_path)
    assert answer.kind == b"R"
    assert sorted(answer.stdout.splitlines()) == ["from a shell", "hello"]


def test_the_socket_is_not_left_to_processes_of_the_files(tmp_path):
    write(tmp_path, {"a.py": ENTITY + "import subprocess\nsubprocess.Popen(['sleep', '5'], close_fds=False)\n"})
    ours, theirs = socket.socketpair()
    ours.settimeout(4)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(theirs.fileno()), str(tmp_path), "demo"],
        pass_fds=[theirs.fileno()],
        cwd=tmp_path,
    )
    theirs.close()
    while ours.recv(65536):
        pass
    assert child.wait() == 0


def test_a_raising_file_is_named_and_its_traceback_is_its_own(tmp_path):
    write(
        tmp_path,
        {"lib/rates.py": "def rate(n):\n    return 1 / n\n", "a.py": "from lib.rates import rate\n\nx = rate(0)\n"},
    )
    answer = evaluate(tmp_path)
    lines = answer.error.splitlines()
    assert answer.code == 1
    assert lines[0] == "lib/rates.py:2: the definitions could not be evaluated: ZeroDivisionError: division by zero"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[2] == f'  File "{tmp_path}/a.py", line 3, in <module>'
    assert "_evaluate.py" not in answer.error and "importlib" not in answer.error


def test_the_line_named_is_the_users_even_when_a_library_raises(tmp_path):
    write(tmp_path, {"a.py": "import json\n\njson.loads('{')\n"})
    assert evaluate(tmp_path).error.startswith("a.py:3: the definitions could not be evaluated: JSONDecodeError: ")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("x = (\n", "a.py:1: the definitions could not be evaluated: SyntaxError: "),
        (
            "\nimport no_such_package\n",
            "a.py:2: the definitions could not be evaluated: ModuleNotFoundError: No module named",
        ),
        ("import sys\nsys.exit(0)\n", "a.py:2: the definitions could not be evaluated: SystemExit: 0"),
        ("raise ValueError('one\\ntwo')\n", "a.py:1: the definitions could not be evaluated: ValueError: one\n"),
        ("raise ValueError\n", "a.py:1: the definitions could not be evaluated: ValueError\n"),
        (
            "from feast import Entity\n\nEntity(nam='x')\n",
            "a.py:3: the definitions could not be evaluated: TypeError: ",
        ),
    ],
)
def test_every_way_to_fail_has_a_first_line(tmp_path, text, first):
    write(tmp_path, {"a.py": text})
    assert evaluate(tmp_path).error.startswith(first)


def test_a_package_that_cannot_be_imported_is_reported(tmp_path):
    write(tmp_path, {"team/__init__.py": "import no_such_package\n", "team/a.py": ENTITY})
    assert evaluate(tmp_path).error.startswith("team/__init__.py:1: ")


def test_nothing_to_evaluate(tmp_path):
    assert evaluate(tmp_path).kind == b"R"
    write(tmp_path, {"a.py": "x = 1\n"})
    assert evaluate(tmp_path).kind == b"R"


def test_projects(tmp_path):
    write(tmp_path, {"a.py": "from feast import Project\np = Project(name='demo', description='ours')\n"})
    assert evaluate(tmp_path).kind == b"R"
    assert evaluate(tmp_path, "other").error == (
        "a.py:2: the project is called 'demo' here but 'other' in feature_store.yaml. Give both the same name."
    )
    write(tmp_path, {"b.py": "from feast import Project\np = Project(name='demo')\n"})
    assert evaluate(tmp_path).error.startswith("More than one project is declared, at a.py:2 and b.py:2.")


def test_collect_in_this_process_restores_the_working_directory(tmp_path):
    write(tmp_path, {"collected_here.py": ENTITY})
    before = os.getcwd()
    try:
        (driver,) = _evaluate.collect(tmp_path)
        assert driver.name == "driver"
        assert os.getcwd() == before
        (again,) = _evaluate.collect(Path(tmp_path))
        assert again is driver
    finally:
        sys.path.remove(str(tmp_path))
