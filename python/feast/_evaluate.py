"""Evaluates the definition files of a feature repo: which files those are, and what they declare.

`collect` is for this process; `main` is the child process that src/repo/load_definitions.cc starts. Its one answer on
the socket: b"R", a registry message and its objects' origins as JSON, or b"E" and an error text; each part after its
length in eight bytes, little-endian.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import struct
import sys
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

_IGNORED_AT_THE_ROOT = {".git", ".venv"}
_IGNORED_ANYWHERE = {".ipynb_checkpoints", ".pytest_cache", "__pycache__"}


class DefinitionError(Exception):
    """Something about the repo that its author can mend; the text is complete."""


def definition_files(root: Path) -> list[Path]:
    """The files that are evaluated: the repo's Python files, but for packages' `__init__.py`."""
    return [file for file in python_files(root) if file.name != "__init__.py"]


def python_files(root: Path) -> list[Path]:
    """The .py files below `root`, but for tools' folders and what .feastignore names."""
    ignored = _ignored_paths(root)
    files = []
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        skipped = _IGNORED_ANYWHERE | (_IGNORED_AT_THE_ROOT if here == root else set())
        folders[:] = [name for name in folders if name not in skipped and (here / name).resolve() not in ignored]
        for name in names:
            path = here / name
            if name.endswith(".py") and path.is_file() and path.resolve() not in ignored:
                files.append(path)
    return sorted(files)


def ignored_patterns(root: Path) -> dict[int, str]:
    """The paths and globs in .feastignore, by their line."""
    file = root / ".feastignore"
    if not file.is_file():
        return {}
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return {number: line for number, line in enumerate(lines, start=1) if line}


def _ignored_paths(root: Path) -> set[Path]:
    ignored = set()
    for number, line in ignored_patterns(root).items():
        pattern = line.strip("/")
        if not pattern:
            continue
        try:
            ignored.update(path.resolve() for path in root.glob(pattern))
        except (ValueError, NotImplementedError) as error:
            raise DefinitionError(f"{root / '.feastignore'}:{number}: this is not a path or a glob: {error}") from None
    return ignored


def collect(repo_path: os.PathLike | str) -> list[Any]:
    """The objects that the repo's files declare, each once, in the order of files and names.

    Sources that stand only inside other objects follow these. A repo may declare nothing yet. Whatever a file raises is
    raised.
    """
    root = Path(repo_path).resolve()
    files = definition_files(root)
    objects: list[Any] = []
    seen: set[int] = set()
    for file in files:
        for _, value in sorted(vars(load(root, file)).items()):
            _add(value, objects, seen)
    return objects


def load(root: Path, file: Path) -> ModuleType:
    """The module of `file`, as the other files of the repo would import it. The files may import each other and read what lies
    beside them."""
    if str(root) not in sys.path:
        sys.path.append(str(root))
    before = os.getcwd()
    os.chdir(root)
    try:
        return _load(root, file)
    finally:
        os.chdir(before)


def _load(root: Path, file: Path) -> ModuleType:
    parts = file.relative_to(root).with_suffix("").parts
    name = ".".join(parts)
    if not any("." in part for part in parts) and _is_importable(name, file):
        return importlib.import_module(name)
    # Something else has this name, such as a package installed beside ours: load the file under a name of its own.
    name = "_feast_repo_" + name.replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_importable(name: str, file: Path) -> bool:
    loaded = sys.modules.get(name)
    if loaded is not None:
        origin = getattr(loaded, "__file__", None)
    else:
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError as error:
            # A parent that is no package; or a package that lacks something it imports, which its author is to hear of.
            if error.name and not (name + ".").startswith(error.name + "."):
                raise
            return False
        except ValueError:
            return False
        origin = spec and spec.origin
    return bool(origin) and os.path.realpath(origin) == os.path.realpath(file)


def _add(value: Any, objects: list[Any], seen: set[int]) -> None:
    """Adds a definition, by identity: an import is no second definition, but two equal objects are two."""
    from feast import _feast

    kinds = (
        _feast.Project,
        _feast.Entity,
        _feast.DataSource,
        _feast.FeatureView,
        _feast.OnDemandFeatureView,
        _feast.FeatureService,
    )
    carried = hasattr(type(value), "_carried")
    if not (isinstance(value, kinds) or carried) or id(value) in seen:
        return
    seen.add(id(value))
    objects.append(value)
    for attribute in ("batch_source", "stream_source"):
        source = getattr(value, attribute, None)
        if source is not None:
            _add(source, objects, seen)


def _check_projects(objects: list[Any], project: str, start: Path) -> None:
    from feast import _feast

    projects = [item for item in objects if isinstance(item, _feast.Project)]
    for item in projects:
        if item.name != project:
            raise DefinitionError(
                f"{_place(item, start)}: the project is called {item.name!r} here but {project!r} in "
                "feature_store.yaml. Give both the same name."
            )
    if len(projects) > 1:
        places = " and ".join(_place(item, start) for item in projects[:2])
        raise DefinitionError(
            f"More than one project is declared, at {places}. A feature repo is one project; keep one of them."
        )


def _origin(item: Any) -> tuple[str, int]:
    file, _, line = str(item._origin).rpartition(":")
    return (file, int(line)) if line.isdigit() else ("", 0)


def _shown(file: str, start: Path) -> str:
    """The path as someone working in `start` would type it."""
    path = Path(file)
    return str(path.relative_to(start)) if file and path.is_relative_to(start) else file


def _place(item: Any, start: Path) -> str:
    file, line = _origin(item)
    return f"{_shown(file, start)}:{line}"


def _origins(objects: list[Any], start: Path) -> dict[str, list[tuple[str, int]]]:
    """Where the objects of each kind came from, in the order in which a registry message has them."""
    from feast import _feast

    kinds = {
        "projects": (_feast.Project,),
        "entities": (_feast.Entity,),
        "data_sources": (_feast.DataSource,),
        "feature_views": (_feast.FeatureView,),
        "on_demand_feature_views": (_feast.OnDemandFeatureView,),
        "feature_services": (_feast.FeatureService,),
    }
    result = {}
    for kind, classes in kinds.items():
        items = [item for item in objects if isinstance(item, classes)]
        # Stream views are a list of their own in the message, after the others.
        items.sort(key=lambda item: isinstance(item, _feast.StreamFeatureView))
        places = [_origin(item) for item in items]
        result[kind] = [(_shown(file, start), line) for file, line in places]
    return result


def describe_failure(error: BaseException, root: Path, start: Path) -> str:
    """What went wrong in the user's files: one line with its place, then the traceback without this loader's frames."""
    if isinstance(error, DefinitionError):
        return str(error)
    import traceback

    trace = _without_loader(error.__traceback__)
    file, line = "", 0
    for frame in traceback.extract_tb(trace):
        if Path(frame.filename).is_relative_to(root):
            file, line = frame.filename, frame.lineno or 0
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno or 0
    place = f"{_shown(file, start)}:{line}" if file else str(root)
    what = type(error).__name__
    message = str(error).strip().splitlines()
    if message:
        what += f": {message[0]}"
    details = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
    return f"{place}: the definitions could not be evaluated: {what}\n{details}"


def _without_loader(trace: TracebackType | None) -> TracebackType | None:
    ours = {_without_loader.__code__.co_filename, importlib.import_module.__code__.co_filename}
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name not in ours and not name.startswith("<frozen importlib"):
            return trace
        trace = trace.tb_next
    return None


def _send(descriptor: int, kind: bytes, *parts: bytes) -> None:
    message = kind + b"".join(struct.pack("<Q", len(part)) + part for part in parts)
    view = memoryview(message)
    while view:
        view = view[os.write(descriptor, view) :]


def main(descriptor: int, arguments: list[str]) -> int:
    """Answers on `descriptor` what the repo `arguments[0]` declares for the project `arguments[1]`."""
    import json

    # Processes that the files start must not keep the socket open.
    os.set_inheritable(descriptor, False)
    # Python takes compiled files for current when the source has the same size and second: two applies within a second of an
    # edit such as days=1 to days=2 would miss it. So nothing is compiled into the user's repo.
    sys.dont_write_bytecode = True
    start, root, project = Path(os.getcwd()), Path(arguments[0]).resolve(), arguments[1]
    try:
        os.chdir(root)
        objects = collect(root)
        _check_projects(objects, project, start)
        from feast import _feast

        registry = _feast.serialize_definitions(objects, project)
        views = [item for item in objects if isinstance(item, _feast.OnDemandFeatureView)]
        runnable = [index for index, view in enumerate(views) if _can_run(view)]
        origins = json.dumps({**_origins(objects, start), "functions": runnable}).encode()
    except KeyboardInterrupt:
        return 130
    except BaseException as error:  # noqa: BLE001 (SystemExit too: a file that exits has not been evaluated)
        _send(descriptor, b"E", describe_failure(error, root, start).encode(errors="replace"))
        return 1
    _send(descriptor, b"R", registry, origins)
    return _serve(descriptor, [views[index] for index in runnable])


def _can_run(view: Any) -> bool:
    if view.feature_transformation is None or view.mode not in ("pandas", "python"):
        return False
    return view.mode == "python" or importlib.util.find_spec("pandas") is not None


def _serve(descriptor: int, views: list[Any]) -> int:
    """Lets the functions of the views be tried, until the program that asks has no more to ask."""
    import socket

    with socket.socket(fileno=descriptor) as connection:
        # What it takes is imported when the first question comes.
        if not views or not connection.recv(1, socket.MSG_PEEK):
            return 0
        from feast import _worker

        return _worker.serve(connection, [_worker.Loaded(view.udf, view.mode, view.singleton) for view in views])
