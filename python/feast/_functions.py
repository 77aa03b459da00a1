"""Functions that views are made of: their source text, the form in which Feast stores them, and decorators."""

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


def find_source_text(function: Function) -> str:
    """The text of the function with its decorators, as it stands in its file or notebook cell. Where there is none, or it does not
    say what the function does, comments that tell the function from others."""
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        text = ""
    if isinstance(function, FunctionType) and text:
        if function.__name__ == "<lambda>" or _defines(text, function):
            return text
        if not hasattr(function, "__wrapped__"):
            text = ""  # Of another file or cell: the function was made by exec().
    kind = "was made at run time" if isinstance(function, FunctionType) and not text else "is more than its text"
    note = f"# The function {_name_of(function)!r} {kind}.\n# code {_fingerprint(function)}\n"
    return note + "".join(f"# {line}\n" for line in text.splitlines())


def _name_of(function: Function) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _defines(text: str, function: FunctionType) -> bool:
    """Whether the text defines this function: by its name, and with the decorators that wrap it."""
    from feast._transformation import is_harmless_decorator

    try:
        (node,) = ast.parse(textwrap.dedent(text)).body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(node, ast.FunctionDef):
        return False
    if hasattr(function, "__wrapped__"):
        return not all(is_harmless_decorator(decorator) for decorator in node.decorator_list)
    return node.name == function.__code__.co_name


def _fingerprint(function: Function) -> str:
    import hashlib

    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(function, "__code__", None) or getattr(getattr(type(function), "__call__", None), "__code__", None)
    return hashlib.sha256(repr(_parts(code)).encode()).hexdigest()[:12]


def _parts(code: Any) -> Any:
    if not isinstance(code, CodeType):
        return code if isinstance(code, (bool, int, float, str, bytes, type(None))) else type(code).__name__
    return code.co_code, code.co_names, code.co_varnames, [_parts(constant) for constant in code.co_consts]


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

        return dill.dumps(function, recurse=True)
    except Exception:  # noqa: BLE001 - dill raises anything
        return _pickle_of_text(_refusal(_name_of(function)), "refuse")


def _refusal(name: str) -> str:
    """Feast unpickles the functions of all views to list one: it gets a function, and calling that says what is missing."""
    message = f"The function {name!r} cannot be made again from its text. Install dill where it is applied, and apply it again."
    return f"def refuse(*args, **kwargs):\n    raise RuntimeError({message!r})\n"


class _NotPortable(Exception):
    """The function cannot be made again from text."""


def _program(function: Function, source_text: str) -> str:
    """A program that defines the function under its name."""
    if not isinstance(function, FunctionType) or function.__name__ == "<lambda>" or hasattr(function, "__wrapped__"):
        raise _NotPortable
    definitions: dict[str, str] = {}
    _define(function, source_text, definitions)
    return "from __future__ import annotations\n" + "\n".join(definitions.values()) + "\n"


def _define(function: FunctionType, source_text: str, definitions: dict[str, str]) -> None:
    from feast._transformation import is_harmless_decorator

    name = function.__name__
    tree = ast.parse(textwrap.dedent(source_text))
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(nodes) != 1 or not all(is_harmless_decorator(decorator) for decorator in nodes[0].decorator_list):
        raise _NotPortable
    nodes[0].decorator_list = []
    _set_defaults(nodes[0].args, function)
    definitions[name] = ""  # Its place, should it call itself; filled below, after what it needs.
    for global_name in sorted(set(global_names(function.__code__))):
        if global_name in function.__globals__ and global_name not in definitions:
            _define_global(global_name, function.__globals__[global_name], definitions)
    del definitions[name]
    definitions[name] = _with_closure(ast.unparse(nodes[0]), function)


def _is_simple(value: Any) -> bool:
    """Whether its repr is a literal that gives it back."""
    return type(value) in (bool, int, str, bytes, type(None)) or (type(value) is float and value - value == 0)


def _set_defaults(arguments: ast.arguments, function: FunctionType) -> None:
    """The values that the defaults had when the function was made."""
    by_name = function.__kwdefaults__ or {}
    values = [*(function.__defaults__ or ()), *by_name.values()]
    if not all(map(_is_simple, values)):
        raise _NotPortable
    arguments.defaults = [ast.Constant(value) for value in function.__defaults__ or ()]
    arguments.kw_defaults = [
        ast.Constant(by_name[argument.arg]) if argument.arg in by_name else None for argument in arguments.kwonlyargs
    ]


def _with_closure(definition: str, function: FunctionType) -> str:
    if not function.__closure__:
        return definition
    lines = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__):
        try:
            value = cell.cell_contents
        except ValueError:
            raise _NotPortable from None
        if not _is_simple(value):
            raise _NotPortable
        lines.append(f"{name} = {value!r}")
    body = textwrap.indent("\n".join([*lines, definition, f"return {function.__name__}"]), "    ")
    return f"def _make_{function.__name__}():\n{body}\n{function.__name__} = _make_{function.__name__}()"


def _define_global(name: str, value: Any, definitions: dict[str, str]) -> None:
    if isinstance(value, ModuleType):
        definitions[name] = f"import {value.__name__} as {name}"
    elif _is_simple(value):
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


def global_names(code: CodeType) -> Iterator[str]:
    """What the code and that of functions in it may look up in its module, and more: attributes are among them."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from global_names(constant)


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
        given = dict(arguments)
        given["name"] = given.get("name") or _name_of(function)
        view = view_class(udf=function, udf_string=find_source_text(function), **given)
        functools.update_wrapper(view, function)
        return view

    return decorate
