"""Which function an on-demand view has. A function is known by its view and text, and by the file and code object it comes from:
functions of one text that factories, loops or two files make keep their own closures, defaults and globals.

`find` is what the engine asks, place by place (src/transform/runner.h).
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from feast._functions import global_names

Function = Callable[..., Any]

# By view and text: the functions that this process has defined, by file; the last one defined is the last, as in a notebook.
_defined: dict[tuple[str, str], dict[str, Function]] = {}
# By store and view: what this process has applied, with its text and stored body.
_applied: dict[tuple[str, str], tuple[str, bytes, Function]] = {}


def comparable(text: str) -> str:
    """The text without what editors change unasked: blanks at line ends, blank lines around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


# ---- What this process has


def remember(view: str, text: str, function: Function, file: str) -> None:
    """A view was made. `file`: where."""
    functions = _defined.setdefault((view, comparable(text)), {})
    file = os.path.realpath(file) if file else ""
    functions.pop(file, None)
    functions[file] = function


def applied(store: str, view: str, text: str, body: bytes, function: Function) -> None:
    """A view was applied to a store: from now on its function is what it is now, as in Feast."""
    _applied[store, view] = comparable(text), body, as_it_is_now(function)


def find_any(text: str, view: str = "") -> Function | None:
    """For people who look at a view from a registry: the one function that this process has of this text."""
    text = comparable(text)
    found = [
        list(functions.values())[-1]
        for (name, known), functions in _defined.items()
        if known == text and view in ("", name)
    ]
    return found[0] if text and len(found) == 1 else None


def stored_function(name: str, text: str, view: str = "") -> Function:
    """What `udf` of a view from the registry gives: the function of this process, else one that says why it cannot run."""
    live = find_any(text, view)
    if live is not None:
        return live

    def stored(*_args: Any, **_kwargs: Any) -> Any:
        from feast.errors import FeastError

        raise FeastError(
            f"The function '{name}' exists only in the registry, and code from there does not run unasked. "
            "Import the file that defines it, or read its text in udf_string."
        )

    stored.__name__ = stored.__qualname__ = name or "stored"
    return stored


def transformation_from_proto(cls: type, user_defined_function_proto: Any) -> Any:
    """The transformation of a UserDefinedFunctionV2 message. Its pickled body does not run: the function is the one of this process,
    or one that says why it cannot run."""
    message = user_defined_function_proto
    function = stored_function(message.name, message.body_text)
    return cls(udf=function, udf_string=message.body_text, name=message.name)


def as_it_is_now(function: Function, copies: dict[int, Any] | None = None) -> Function:
    """A copy that sees the globals and closure of now, as do the user's functions that it calls. Values are shared."""
    copies = {} if copies is None else copies
    if not isinstance(function, FunctionType):
        return function
    if id(function) in copies:
        return copies[id(function)]
    # One copy of a module's names for all its functions, so that they see what another one assigns.
    namespace = copies.get(id(function.__globals__))
    if namespace is None:
        namespace = copies[id(function.__globals__)] = dict(function.__globals__)
    cells = tuple(_copied_cell(cell, copies) for cell in function.__closure__ or ())
    copy = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, cells or None)
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__dict__.update(function.__dict__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    copies[id(function)] = copy
    for cell, original in zip(cells, function.__closure__ or ()):
        _fill_cell(cell, original, function, copies)
    for name in set(global_names(function.__code__)):
        value = namespace.get(name)
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            namespace[name] = as_it_is_now(value, copies)
    return copy


def _copied_cell(cell: CellType, copies: dict[int, Any]) -> CellType:
    return copies.setdefault(id(cell), CellType())


def _fill_cell(cell: CellType, original: CellType, function: FunctionType, copies: dict[int, Any]) -> None:
    try:
        value = original.cell_contents
    except ValueError:  # not assigned yet
        return
    if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
        value = as_it_is_now(value, copies)
    cell.cell_contents = value


# ---- Finding


def find(place: str, view: str, name: str, text: str, repo: str, store: str = "", body: bytes = b"") -> Function | None:
    """The function of a registered view in one of the places; None when it is not there."""
    if place == "registry":
        from feast._transformation import compile_source

        return compile_source(text, name)
    text = comparable(text)
    if not text:
        return None
    if place == "applied":
        known = _applied.get((store, view))
        # Another process may have applied another function of this text since.
        if known is not None and known[:2] == (text, body):
            return known[2]
        return _defined_in(repo, view, text)
    if place == "process":
        functions = _defined.get((view, text))
        return list(functions.values())[-1] if functions else None
    return _find_in_repo(view, name, text, repo, everywhere=place == "whole repo")


def _defined_in(repo: str, view: str, text: str) -> Function | None:
    if not repo:
        return None
    root = os.path.join(os.path.realpath(repo), "")
    found = [function for file, function in _defined.get((view, text), {}).items() if file.startswith(root)]
    return found[-1] if found else None


def _find_in_repo(view: str, name: str, text: str, repo: str, everywhere: bool) -> Function | None:
    """Loads the repo's definition files, those that have the text first, until one of them makes the view."""
    from feast import _evaluate

    if not repo:
        return None
    root = Path(repo).resolve()
    sources = _evaluate.python_files(root)
    having = [file for file in sources if _has_text(file, text)]
    everywhere = everywhere or bool(having)
    # A package's own file is no definition file, but what stands there may be used by one.
    with_text, others = ([file for file in files if file.name != "__init__.py"] for files in (having, sources))
    modules, failures = {}, []
    for file in with_text + [file for file in others if everywhere and file not in with_text]:
        before = set(_defined.get((view, text), ()))
        try:
            modules[file] = _load(root, file)
        except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever the file does)
            if file in with_text:
                failures.append(error)
            continue
        function = _defined_in(repo, view, text)
        if function is None:
            # A view that a factory outside of the repo makes.
            made = {place: made for place, made in _defined.get((view, text), {}).items() if place not in before}
            function = list(made.values())[-1] if made else None
        if function is not None:
            return function
    function = _find_definition(view, name, text, {file: modules[file] for file in with_text if file in modules})
    if function is None and failures:
        raise failures[0]
    return function


def _has_text(file: Path, text: str) -> bool:
    try:
        lines = "\n" + comparable(file.read_text(encoding="utf-8")) + "\n"
    except (OSError, UnicodeDecodeError):
        return False
    return "\n" + text + "\n" in lines


def _load(root: Path, file: Path) -> ModuleType:
    """The module of a file: the one that is loaded, also as the program being run, else imported as `feast apply` does."""
    from feast import _evaluate

    path = os.path.realpath(file)
    for module in list(sys.modules.values()):
        origin = getattr(module, "__file__", None)
        if origin and os.path.realpath(origin) == path:
            return module
    return _evaluate.load(root, file)


def _find_definition(view: str, name: str, text: str, modules: dict[Path, ModuleType]) -> Function | None:
    """A function with this text that stands in one file and needs nothing but the module around it: for views that are made by
    other programs than the file itself."""
    found = []
    for file, module in modules.items():
        source = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source, str(file))):
            if isinstance(node, ast.FunctionDef) and node.name == name and _text_of(node, source) == text:
                function = _function_of(node, source, str(file), module)
                if function is not None:
                    found.append((file, function))
    if len(found) > 1:
        from feast._transformation import FunctionError

        places = " and ".join(f"{file}:{function.__code__.co_firstlineno}" for file, function in found[:2])
        raise FunctionError(
            f"The text of the function '{name}' of view '{view}' stands in two places, {places}, and neither makes the view. "
            "Make the view in a definition file."
        )
    return found[0][1] if found else None


def _first_line(node: ast.FunctionDef) -> int:
    """That of its decorators, if it has some."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _text_of(node: ast.FunctionDef, source: str) -> str:
    return comparable("\n".join(source.splitlines()[_first_line(node) - 1 : node.end_lineno]))


def _function_of(node: ast.FunctionDef, source: str, file: str, module: ModuleType) -> Function | None:
    """The function of its code in the file; None when it depends on what is around it there."""
    from feast._transformation import is_harmless_decorator, literal_defaults

    if not all(is_harmless_decorator(decorator) for decorator in node.decorator_list):
        return None
    defaults = literal_defaults(node)
    codes = [code for code in _codes(compile(source, file, "exec")) if code.co_name == node.name]
    codes = [code for code in codes if code.co_firstlineno in (_first_line(node), node.lineno)]
    if defaults is None or len(codes) != 1 or codes[0].co_freevars:
        return None
    function = FunctionType(codes[0], vars(module), node.name, defaults[0])
    function.__kwdefaults__ = defaults[1]
    return function


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
