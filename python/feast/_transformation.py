"""Running the functions of on-demand feature views on Arrow batches.

Shared by the worker process of C++ programs (``_worker.py``) and by the functions that run inside this process. A function comes
from a file of the local repo that contains its text (``find_local``), or from its text in the registry when that is trusted
(``compile_source``). Nothing here is loaded from a pickle.
"""

from __future__ import annotations

import __future__ as _future
import ast
import builtins
import importlib
import importlib.util
import linecache
import os
import sys
import textwrap
import traceback
from types import CodeType, ModuleType
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

    output = fn(batch.to_pandas())
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
    if mode == "python":
        return apply_python(fn, batch, singleton, columns)
    if mode == "pandas":
        return apply_pandas(fn, batch, columns)
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
        identity = (str(column.type), column.offset, tuple(buffer and buffer.address for buffer in column.buffers()))
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
    first = str(error) if isinstance(error, FunctionError) else lines[-1].strip()
    if isinstance(error, NameError) and getattr(fn, "__globals__", {}).get("__name__") == _REGISTRY_MODULE:
        first += (
            f" (the function's text was taken from the registry without its file; import '{_missing_name(error)}' inside "
            "the function and apply again)"
        )
    frames = traceback.extract_tb(error.__traceback__)
    while frames and frames[0].filename in (__file__, _WORKER_FILE):
        frames.pop(0)
    if not frames:
        return first
    return (
        first
        + "\nTraceback (most recent call last):\n"
        + "".join(traceback.format_list(frames))
        + "".join(lines).rstrip("\n")
    )


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


def find_local(repo_path: str, source_text: str, name: str, path: Optional[str] = None) -> Optional[Function]:
    """The function whose text stands in a ``.py`` file of the repo, in the namespace of that file, which is imported when
    it is not loaded yet. ``path``: the file, when it is known. None when no file has it."""
    wanted = _comparable(source_text)
    if not wanted:
        return None
    for candidate in [path] if path else _definition_files(repo_path):
        try:
            with open(candidate, encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):
            continue
        start = _find_lines([line.rstrip() for line in text.splitlines()], wanted)
        if start is None:
            continue
        tree = ast.parse(text, candidate)
        function = _function_at(tree, start + 1, start + len(wanted))
        if function is not None:
            module = _load_module(candidate, repo_path)
            return _evaluate(_compile(function, candidate), dict(vars(module)))
    return None


def _comparable(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _find_lines(lines: list[str], wanted: list[str]) -> Optional[int]:
    for start in range(len(lines) - len(wanted) + 1):
        if lines[start] == wanted[0] and lines[start : start + len(wanted)] == wanted:
            return start
    return None


def _function_at(tree: ast.AST, first_line: int, last_line: int) -> Optional[ast.AST]:
    """The outermost function, else the first lambda, that starts within these lines."""
    for kinds in ((ast.FunctionDef,), (ast.Lambda,)):
        for node in ast.walk(tree):
            if isinstance(node, kinds) and first_line <= node.lineno <= last_line:
                return node
    return None


def _pick_function(tree: ast.Module, name: str) -> ast.AST:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        if node.name == name:
            return node
    for node in functions or (node for node in ast.walk(tree) if isinstance(node, ast.Lambda)):
        return node
    raise FunctionError(f"The text of the function '{name}' defines no function.")


def _compile(function: ast.AST, filename: str) -> CodeType:
    """Code that makes the function: a module with it alone, or the expression of a lambda."""
    # Annotations stay text: they name things that only the definition file imports.
    flags = _future.annotations.compiler_flag
    if isinstance(function, ast.Lambda):
        return compile(ast.Expression(body=function), filename, "eval", flags=flags, dont_inherit=True)
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


def _definition_files(repo_path: str) -> Iterator[str]:
    for folder, folders, files in os.walk(repo_path):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in ("__pycache__", "node_modules", "site-packages")
        )
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(folder, file)


def _load_module(path: str, repo_path: str) -> ModuleType:
    """The module of a file: the one that is loaded, also as the program being run, else imported as ``feast apply`` does."""
    path = os.path.realpath(path)
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and os.path.realpath(file) == path:
            return module
    root = os.path.realpath(repo_path or ".")
    if root not in sys.path:
        sys.path.append(root)
    name = os.path.splitext(os.path.relpath(path, root))[0].replace(os.sep, ".")
    module = importlib.import_module(name)
    if os.path.realpath(getattr(module, "__file__", None) or "") == path:
        return module
    # Another module has that name (a file called like an installed package): load the file itself under a name of its own.
    spec = importlib.util.spec_from_file_location("feast_repo." + name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
