"""Running the functions of on-demand feature views on Arrow batches.

Shared by the worker process of C++ programs (``_worker.py``) and by the functions that run inside this process. A function comes
from this process or the local repo (``_view_functions.py``), or from its text in the registry when that is trusted
(``compile_source``). Nothing here is loaded from a pickle.
"""

from __future__ import annotations

import __future__ as _future
import ast
import builtins
import functools
import importlib
import linecache
import os
import textwrap
import traceback
from types import CodeType
from typing import Any, Callable, Iterator, Optional, Sequence

import pyarrow as pa

Function = Callable[[Any], Any]

# ``__name__`` of the globals of functions made from registry text.
_REGISTRY_MODULE = "feast._registry_function"

# Names that definition files conventionally import, and what they stand for. A function's text does not contain its file's imports.
_CONVENTIONAL: dict[str, tuple[str, Optional[str]]] = {
    "np": ("numpy", None),
    "pa": ("pyarrow", None),
    "pc": ("pyarrow.compute", None),
    "pd": ("pandas", None),
    "pl": ("polars", None),
    "Decimal": ("decimal", "Decimal"),
    "defaultdict": ("collections", "defaultdict"),
    "date": ("datetime", "date"),
    "timedelta": ("datetime", "timedelta"),
    "timezone": ("datetime", "timezone"),
    "Any": ("typing", "Any"),
    "Dict": ("typing", "Dict"),
    "List": ("typing", "List"),
    "Optional": ("typing", "Optional"),
    **{
        name: (name, None)
        for name in (
            "collections functools hashlib itertools json math numpy operator pandas polars pyarrow pytz random re "
            "statistics string time uuid"
        ).split()
    },
}


class FunctionError(Exception):
    """What a function returned, or its text, is not what is needed. The message is for the function's author."""


# ---- Calling


def apply_pandas(fn: Function, batch: pa.RecordBatch, columns: Optional[Sequence[str]] = None) -> pa.RecordBatch:
    """Calls ``fn`` with ``batch`` as a DataFrame and gives the DataFrame it returns; of its columns, those named in ``columns``."""
    import pandas as pd

    from feast._dataframes import frame_of

    output = fn(frame_of(batch))
    if not isinstance(output, pd.DataFrame):
        raise FunctionError(f"It must return a pandas DataFrame, not {_type_name(output)}.")
    if columns is not None:
        output = output[[name for name in output.columns if name in columns]]
    return _batch_of({str(name): output[name] for name in output.columns}, len(output))


def apply_python(
    fn: Function, batch: pa.RecordBatch, singleton: bool = False, columns: Optional[Sequence[str]] = None
) -> pa.RecordBatch:
    """Calls ``fn`` with a dict of lists, None for nulls, and gives the dict of lists it returns. With ``singleton`` it is called once
    for each row with a dict of values."""
    inputs = _lists(batch)
    if singleton:
        output = _apply_rows(fn, inputs, batch.num_rows)
    else:
        output = fn(inputs)
        if not isinstance(output, dict):
            raise FunctionError(f"It must return a dict of lists, not {_type_name(output)}.")
    if columns is not None:
        output = {name: values for name, values in output.items() if name in columns}
    for name, values in output.items():
        if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
            raise FunctionError(
                f"It returned one value for '{name}', not a list of {batch.num_rows}. "
                "Return a list, or set singleton=True to get one row at a time."
            )
        if len(values) != batch.num_rows:
            raise FunctionError(f"It returned {len(values)} values for '{name}', given {batch.num_rows} rows.")
    return _batch_of(output, batch.num_rows)


def apply(
    fn: Function, mode: str, batch: pa.RecordBatch, singleton: bool = False, columns: Optional[Sequence[str]] = None
) -> pa.RecordBatch:
    """``apply_pandas`` or ``apply_python`` by the view's mode."""
    try:
        if mode == "python":
            return apply_python(fn, batch, singleton, columns)
        if mode == "pandas":
            return apply_pandas(fn, batch, columns)
    except KeyError as error:
        if error.args and isinstance(error.args[0], str) and error.args[0] not in batch.schema.names:
            error._feast_inputs = batch.schema.names
        raise
    raise FunctionError(f"Mode '{mode}' cannot be run; use 'pandas' or 'python'.")


def _apply_rows(fn: Function, inputs: dict[str, list], num_rows: int) -> dict[str, list]:
    names = list(inputs)
    rows = zip(*inputs.values()) if names else (() for _ in range(num_rows))
    output: dict[str, list] = {}
    for index, values in enumerate(rows):
        result = fn(dict(zip(names, values)))
        if not isinstance(result, dict):
            raise FunctionError(f"It must return a dict, not {_type_name(result)}.")
        if index == 0:
            output = {name: [] for name in result}
        if result.keys() != output.keys():
            raise FunctionError(
                f"It returned other names for row {index} than for row 0: {_names(result)}; {_names(output)}."
            )
        for name, value in result.items():
            output[name].append(value)
    return output


def _lists(batch: pa.RecordBatch) -> dict[str, list]:
    """Each column as a list. A column that is there under two names is converted once."""
    converted: dict[tuple, list] = {}
    lists: dict[str, list] = {}
    for name, column in zip(batch.schema.names, batch.columns):
        # An empty buffer counts as false, like an empty list.
        addresses = tuple(None if buffer is None else buffer.address for buffer in column.buffers())
        identity = (str(column.type), column.offset, addresses)
        values = converted.get(identity)
        lists[name] = converted[identity] = column.to_pylist() if values is None else list(values)
    return lists


def _batch_of(columns: dict[str, Any], num_rows: int) -> pa.RecordBatch:
    arrays = []
    for name, values in columns.items():
        try:
            array = pa.array(values, from_pandas=True) if hasattr(values, "dtype") else pa.array(values)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise FunctionError(
                f"Its column '{name}' cannot be stored, its values are of mixed or unknown types: {error}"
            ) from None
        arrays.append(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array)
    if not arrays:
        # Without columns there is no row count either; one column nobody asks for keeps it.
        return pa.RecordBatch.from_arrays([pa.nulls(num_rows)], names=["__rows"])
    return pa.RecordBatch.from_arrays(arrays, names=[str(name) for name in columns])


def _type_name(value: Any) -> str:
    return "None (is there a return statement?)" if value is None else type(value).__name__


def _names(mapping: dict) -> str:
    return ", ".join(map(str, mapping)) or "none"


def describe_error(error: BaseException, fn: Optional[Function] = None) -> str:
    """The error for the function's author: one line, then the traceback from the author's own code on."""
    lines = traceback.format_exception_only(type(error), error)
    first = failure_line(error, fn)
    if isinstance(error, NameError) and getattr(fn, "__globals__", {}).get("__name__") == _REGISTRY_MODULE:
        first += (
            f" (the function's text was taken from the registry without its file; import '{_missing_name(error)}' inside "
            "the function and apply again)"
        )
    frames = _authors_frames(error)
    if not frames:
        return first
    return (
        first
        + "\nTraceback (most recent call last):\n"
        + "".join(traceback.format_list(frames))
        + "".join(lines).rstrip("\n")
    )


def failure_line(error: BaseException, fn: Optional[Function] = None) -> str:
    """What failed and at which line of the function's file."""
    if isinstance(error, FunctionError):
        return str(error).encode(errors="backslashreplace").decode()
    line = traceback.format_exception_only(type(error), error)[-1].strip()
    inputs = getattr(error, "_feast_inputs", None)
    if inputs:
        line += f" (the inputs are {', '.join(inputs)})"
    frames = _authors_frames(error)
    while isinstance(fn, functools.partial):
        fn = fn.func
    file = getattr(getattr(fn, "__code__", None), "co_filename", None)
    own = [frame for frame in frames if frame.filename == file] or frames[:1]
    if own:
        place = os.path.relpath(own[-1].filename) if os.path.isabs(own[-1].filename) else own[-1].filename
        line += f" at {own[-1].filename if place.startswith('..') else place}:{own[-1].lineno}"
    return line.encode(errors="backslashreplace").decode()


def _authors_frames(error: BaseException) -> list[traceback.FrameSummary]:
    frames = traceback.extract_tb(error.__traceback__)
    while frames and frames[0].filename in (__file__, _WORKER_FILE):
        frames.pop(0)
    return frames


def with_message(error: BaseException, message: str) -> BaseException:
    """The user's own error with a message that says where it happened: of its class, so that it is caught as it would be."""
    kind = type(error)
    named = type(kind.__name__, (kind,), {"__str__": lambda self: message, "__module__": kind.__module__})
    named.__qualname__ = kind.__qualname__
    try:
        made = named.__new__(named)
    except TypeError:  # a class that wants to know more
        return error
    made.__dict__.update(error.__dict__)
    made.args, made.__cause__, made.__suppress_context__ = error.args, error.__cause__, error.__suppress_context__
    return made.with_traceback(error.__traceback__)


_WORKER_FILE = os.path.join(os.path.dirname(__file__), "_worker.py")


def _missing_name(error: NameError) -> str:
    return getattr(error, "name", None) or str(error)


# ---- Finding


def compile_source(source_text: str, name: str) -> Function:
    """The function that ``source_text`` defines, without its decorators. Only for text that may be run."""
    text = textwrap.dedent(source_text)
    filename = f"<function {name} in the registry>"
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise FunctionError(f"The text of the function '{name}' is not a whole function: {error}") from None
    code = _compile(_pick_function(tree, name), filename)
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": _REGISTRY_MODULE, "__builtins__": builtins}
    for global_name in sorted(set(_global_names(code))):
        value = _conventional_import(global_name, tree)
        if value is not None:
            namespace[global_name] = value
    return _evaluate(code, namespace)


def _pick_function(tree: ast.Module, name: str) -> ast.AST:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    named = [node for node in functions if node.name == name]
    found = named or functions or [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    if not found:
        raise FunctionError(f"The text of the function '{name}' defines no function.")
    if isinstance(found[0], ast.Lambda) and len(found) > 1:
        raise FunctionError(f"The text of the function '{name}' has several lambdas, and does not say which it is.")
    return found[0]


# Arguments by which a decorator is told for the one that makes the view, whatever name it was imported under.
_ARGUMENTS_OF_VIEWS = {"sources", "schema", "inputs", "features"}


def is_harmless_decorator(node: ast.expr) -> bool:
    """Whether it leaves the function as it is: the one that makes it a view, or staticmethod. The engine has the same rule
    (src/transform/native/python_syntax.cc)."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Name) and node.id == "staticmethod"
    name = ast.unparse(node.func)
    return name.endswith("feature_view") or any(given.arg in _ARGUMENTS_OF_VIEWS for given in node.keywords)


def literal_defaults(node: ast.FunctionDef | ast.Lambda) -> tuple[tuple, dict[str, Any]] | None:
    """The values of the parameters' defaults; None when they are more than literals."""
    arguments = node.args
    try:
        positional = tuple(ast.literal_eval(default) for default in arguments.defaults)
        by_name = {
            argument.arg: ast.literal_eval(default)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
            if default is not None
        }
    except ValueError:
        return None
    return positional, by_name


def _compile(function: ast.AST, filename: str) -> CodeType:
    """Code that makes the function: a module with it alone, or the expression of a lambda."""
    # Annotations stay text: they name things that only the definition file imports.
    flags = _future.annotations.compiler_flag
    if literal_defaults(function) is None:
        raise FunctionError(
            "Its parameters have defaults that only its definition file can evaluate; run from the feature repo that defines it."
        )
    if isinstance(function, ast.Lambda):
        return compile(ast.Expression(body=function), filename, "eval", flags=flags, dont_inherit=True)
    for decorator in function.decorator_list:
        if not is_harmless_decorator(decorator):
            raise FunctionError(
                f"It is decorated with '{ast.unparse(decorator)}', which its text alone does not have; run from the feature "
                "repo that defines it."
            )
    function.decorator_list = []
    return compile(ast.Module(body=[function], type_ignores=[]), filename, "exec", flags=flags, dont_inherit=True)


def _evaluate(code: CodeType, namespace: dict[str, Any]) -> Function:
    made: dict[str, Any] = {}
    value = eval(code, namespace, made)  # a lambda; None for a module, whose one name is the function
    return value if value is not None else next(iter(made.values()))


def _global_names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _conventional_import(name: str, tree: ast.AST) -> Any:
    if name == "datetime":
        members = {"date", "datetime", "time", "timedelta", "timezone", "tzinfo"}
        is_module = any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and node.attr in members - {"date", "time"}
            for node in ast.walk(tree)
        )
        target: Optional[tuple[str, Optional[str]]] = ("datetime", None if is_module else "datetime")
    else:
        target = _CONVENTIONAL.get(name)
    if target is None or hasattr(builtins, name):
        return None
    module_name, attribute = target
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        # An attribute elsewhere may merely have this name; when it is meant, calling the function says that it is missing.
        if name in _used_names(tree):
            raise FunctionError(f"It needs '{name}', but {module_name} cannot be imported: {error}") from None
        return None
    return module if attribute is None else getattr(module, attribute)


def _used_names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
