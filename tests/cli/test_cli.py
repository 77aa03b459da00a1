"""Golden tests of the `feast` command: each *.test file here is one test, run in a folder of its own.

A file is a list of steps, one after the other; lines beginning with # are comments.

    file NAME            the lines that follow, up to a line `end`, become that file
    append NAME          the same, added to the file's end
    copy FROM TO         copies a file or folder of the repository
    edit NAME            lines `OLD -> NEW` up to `end`: replaces text in the file
    remove NAME          removes a file or folder
    bytes NAME HEX       writes these bytes
    need COMMAND         skips the test unless the shell command succeeds
    $ COMMAND            runs it, with `feast` meaning the one under test

After a command come its whole standard output, and lines `stderr: TEXT` and `exit: CODE`. In both texts `...` alone on a
line stands for any lines, within a line for any text; a line `<blank>` is an empty one. Without `stderr:` nothing may be
written there; without `exit:` the code must be 0. {dir} stands for the test's folder.

FEAST_BIN names the command to test; without it, the one beside this Python.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
FEAST = pathlib.Path(os.environ.get("FEAST_BIN") or pathlib.Path(sys.executable).parent / "feast").absolute()


def pattern(lines):
    """A regular expression for the lines with their wild cards."""
    text = ""
    for line in lines:
        if line == "...":
            text += r"(?:.*\n)*?"
        elif line == "<blank>":
            text += r"\n"
        else:
            text += ".*?".join(re.escape(part) for part in line.split("...")) + r"\n"
    return text


class Golden:
    """The steps of one file, run in one folder."""

    def __init__(self, path, folder):
        self.lines = path.read_text().splitlines()
        self.position = 0
        self.name = path.name
        self.folder = folder
        self.environment = {
            "PATH": f"{folder}/.bin:{pathlib.Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "FEAST_PYTHON": sys.executable,
        }
        for kept in ("PYTHONPATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if kept in os.environ:
                self.environment[kept] = os.environ[kept]
        (folder / ".bin").mkdir()
        (folder / ".bin" / "feast").symlink_to(FEAST)

    def run(self):
        while self.position < len(self.lines):
            line = self.lines[self.position]
            self.position += 1
            if not line.strip() or line.startswith("#"):
                continue
            step, _, rest = line.partition(" ")
            if step == "$":
                self.command(rest)
            else:
                getattr(self, f"step_{step}")(*rest.split(" ", 1))

    def until(self, last):
        start = self.position
        self.position = self.lines.index(last, start) + 1
        return self.lines[start : self.position - 1]

    def step_file(self, name):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self.until("end")) + "\n")

    def step_append(self, name):
        path = self.folder / name
        path.write_text(path.read_text() + "\n".join(self.until("end")) + "\n")

    def step_edit(self, name):
        path = self.folder / name
        text = path.read_text()
        for line in self.until("end"):
            old, _, new = line.partition(" -> ")
            assert old in text, f"{self.name}: {name} has no text {old!r}"
            text = text.replace(old, new)
        path.write_text(text)

    def step_copy(self, source, target):
        target = self.folder / target
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target)
        else:
            shutil.copyfile(ROOT / source, target)

    def step_remove(self, name):
        path = self.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def step_bytes(self, name, digits):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(digits))

    def step_need(self, *command):
        if (
            subprocess.run(" ".join(command), shell=True, check=False, cwd=self.folder, env=self.environment).returncode
            != 0
        ):
            pytest.skip(f"needs: {' '.join(command)}")

    def command(self, command):
        line_number = self.position
        command = command.replace("{dir}", str(self.folder))
        out, err, code = [], [], 0
        while self.position < len(self.lines) and self.lines[self.position].strip():
            line = self.lines[self.position].replace("{dir}", str(self.folder))
            self.position += 1
            if line.startswith("#"):
                continue
            if line.startswith("stderr: "):
                err.append(line.removeprefix("stderr: "))
            elif line.startswith("exit: "):
                code = int(line.removeprefix("exit: "))
            else:
                out.append(line)
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            check=False,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
        shown = (
            f"\n{self.name}:{line_number}: $ {command}\n-- exit code {done.returncode}, expected {code}\n-- stdout\n"
            f"{done.stdout}-- stderr\n{done.stderr}"
        )
        if done.returncode != code:
            pytest.fail(shown, pytrace=False)
        if not re.fullmatch(pattern(out), done.stdout):
            pytest.fail(f"{shown}-- expected stdout\n" + "\n".join(out), pytrace=False)
        if not re.fullmatch(pattern(err), done.stderr):
            pytest.fail(f"{shown}-- expected stderr\n" + "\n".join(err), pytrace=False)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test")), ids=lambda path: path.stem)
def test_golden(path, tmp_path):
    assert FEAST.exists(), f"there is no feast command at {FEAST}"
    Golden(path, tmp_path).run()
