"""Functions that views are made of: their source text, the form in which Feast stores them, and where they are live."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import pickle
import struct
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

Function = Callable[..., Any]

# By source text: the functions this process defined. The last one wins, as in a notebook.
_live: dict[str, Function] = {}


def find_source_text(function: Function) -> str:
    """The text of the function with its decorators, as it stands in its file or notebook cell; "" when it cannot be had."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def remember(function: Function, source_text: str) -> None:
    if source_text:
        _live[source_text] = function


def find(source_text: str) -> Function | None:
    return _live.get(source_text)


def stored_function(name: str, source_text: str) -> Function:
    """What `udf` of a view from the registry gives: the live function with this text, else one that says why it cannot run."""
    live = find(source_text)
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


# ---- Feast's pickled form


def pickled_body(function: Function, source_text: str) -> bytes:
    """A pickle from which Feast gets the function. It holds source text, so it is the same each time and for every version of
    Python; a function that needs more than its text and importable names goes through dill, when that is installed."""
    try:
        return _pickle_of_text(_program(function, source_text), function.__name__)
    except (_NotPortable, SyntaxError, AttributeError):
        pass
    try:
        import dill
    except ImportError:
        return b""
    try:
        return dill.dumps(function, recurse=True)
    except Exception:  # noqa: BLE001 - dill raises anything
        return b""


class _NotPortable(Exception):
    """The function cannot be made again from text."""


def _program(function: Function, source_text: str) -> str:
    """A program that defines the function under its name."""
    if not isinstance(function, FunctionType) or function.__closure__ or function.__name__ == "<lambda>":
        raise _NotPortable
    definitions: dict[str, str] = {}
    _define(function, source_text, definitions)
    return "from __future__ import annotations\n" + "\n".join(definitions.values()) + "\n"


def _define(function: FunctionType, source_text: str, definitions: dict[str, str]) -> None:
    name = function.__name__
    tree = ast.parse(textwrap.dedent(source_text))
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(nodes) != 1:
        raise _NotPortable
    nodes[0].decorator_list = []
    definitions[name] = ""  # Its place, should it call itself; filled below, after what it needs.
    for global_name in sorted(set(_global_names(function.__code__))):
        if global_name in function.__globals__ and global_name not in definitions:
            _define_global(global_name, function.__globals__[global_name], definitions)
    del definitions[name]
    definitions[name] = ast.unparse(nodes[0])


def _define_global(name: str, value: Any, definitions: dict[str, str]) -> None:
    if isinstance(value, ModuleType):
        definitions[name] = f"import {value.__name__} as {name}"
    elif isinstance(value, (bool, int, float, str, bytes, type(None))):
        definitions[name] = f"{name} = {value!r}"
    elif isinstance(value, FunctionType) and _defined_by_user(value):
        _define(value, find_source_text(value), definitions)
        if name != value.__name__:
            definitions[name] = f"{name} = {value.__name__}"
    else:
        module, qualified_name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        owner = sys.modules.get(module or "")
        if (
            owner is None
            or module == "__main__"
            or not qualified_name
            or getattr(owner, qualified_name, None) is not value
        ):
            raise _NotPortable
        if _defined_by_user(value):
            raise _NotPortable
        definitions[name] = f"from {module} import {qualified_name} as {name}"


def _defined_by_user(value: Any) -> bool:
    """Whether it is from a definition file or a notebook, which Feast does not have where it loads the function."""
    module = sys.modules.get(value.__module__ or "")
    file = getattr(module, "__file__", None)
    if module is builtins or module is None or value.__module__ in sys.builtin_module_names:
        return module is None
    return file is None or ("site-packages" not in file and not file.startswith(sys.base_prefix))


def _global_names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _pickle_of_text(program: str, name: str) -> bytes:
    """`namespace = {}; exec(program, namespace); namespace[name]` in the opcodes of a pickle (protocol 2)."""

    def text(value: str) -> bytes:
        data = value.encode()
        return pickle.BINUNICODE + struct.pack("<I", len(data)) + data

    def name_of(module: str, attribute: str) -> bytes:
        return pickle.GLOBAL + f"{module}\n{attribute}\n".encode()

    namespace = pickle.BINGET + b"\x00"
    return b"".join(
        [
            pickle.PROTO + b"\x02",
            pickle.EMPTY_DICT + pickle.BINPUT + b"\x00" + pickle.POP,
            name_of("builtins", "exec") + text(program) + namespace + pickle.TUPLE2 + pickle.REDUCE + pickle.POP,
            name_of("operator", "getitem") + namespace + text(name) + pickle.TUPLE2 + pickle.REDUCE,
            pickle.STOP,
        ]
    )


# ---- Decorators


def view_decorator(view_class: type, arguments: dict[str, Any]) -> Callable[[Function], Any]:
    """A decorator that makes a function a view of this class."""

    def decorate(function: Function) -> Any:
        text = find_source_text(function)
        if not text:
            raise ValueError(
                f"The source text of '{function.__name__}' cannot be found, and a feature view stores its function as text. "
                "Define it in a file or a notebook cell."
            )
        given = dict(arguments)
        given["name"] = given.get("name") or function.__name__
        view = view_class(udf=function, udf_string=text, **given)
        functools.update_wrapper(view, function)
        return view

    return decorate
