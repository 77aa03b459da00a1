"""Rows that are pushed, or written to a view, join the Parquet file of its batch source."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator

import pyarrow
import pyarrow.parquet

from feast.errors import FeastNotImplementedError

if TYPE_CHECKING:
    from feast import FeatureView


def append_rows(view: FeatureView, rows: Any, repo_path: str, reorder_columns: bool = True) -> None:
    """Adds `rows` (a DataFrame, a dict of lists or an Arrow table) to the file of the view's batch source, all or none.

    They have the file's columns and no others, with values that its types hold: ValueError otherwise. The file is replaced as a
    whole, so that readers see it without the rows or with them. Who writes to it at once waits. FeastNotImplementedError for
    a source that is not one local Parquet file."""
    path = _file_of(view, repo_path)
    given = _as_table(rows)
    with _locked(path):
        with pyarrow.parquet.ParquetFile(path) as stored:
            schema = stored.schema_arrow
            added = _as_stored(given, schema, view.name, reorder_columns)
            temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{uuid.uuid4().hex}.tmp")
            try:
                with open(temporary, "xb") as file:
                    with pyarrow.parquet.ParquetWriter(file, schema) as writer:
                        for group in range(stored.num_row_groups):
                            writer.write_table(stored.read_row_group(group).cast(schema))
                        writer.write_table(added)
                    file.flush()
                    os.fsync(file.fileno())
                shutil.copymode(path, temporary)
                os.replace(temporary, path)
            except BaseException:
                if os.path.exists(temporary):
                    os.unlink(temporary)
                raise


def _file_of(view: FeatureView, repo_path: str) -> str:
    from feast import FileSource

    source = view.batch_source
    said = f"Rows are written to one local Parquet file in this version. Feature view '{view.name}' has "
    if not isinstance(source, FileSource):
        raise FeastNotImplementedError(said + f"a {type(source).__name__}.")
    path = source.path
    if "://" in path and not path.startswith("file://"):
        raise FeastNotImplementedError(said + f"the source '{source.name}', which is not on this machine.")
    path = os.path.realpath(os.path.join(repo_path, path.removeprefix("file://")))
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"The file of source '{source.name}' is not there, so its columns are not known: {path}"
        )
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise FeastNotImplementedError(said + f"a source of several files or none: {path}.")
    with open(path, "rb") as file:
        if file.read(4) != b"PAR1":
            raise FeastNotImplementedError(said + f"a file of another kind: {path}.")
    return path


def _as_table(rows: Any) -> pyarrow.Table:
    if isinstance(rows, pyarrow.Table):
        return rows
    if isinstance(rows, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([rows])
    if isinstance(rows, dict):
        return pyarrow.table(rows)
    return pyarrow.Table.from_pandas(rows, preserve_index=False)


def _as_stored(rows: pyarrow.Table, schema: pyarrow.Schema, view: str, reorder_columns: bool) -> pyarrow.Table:
    names = schema.names
    if set(rows.column_names) != set(names) or len(rows.column_names) != len(names):
        raise ValueError(
            f"The input dataframe has columns {sorted(set(rows.column_names))} but the batch source has columns "
            f"{sorted(set(names))}. Feature view: {view}"
        )
    if rows.column_names != names and not reorder_columns:
        raise ValueError(f"The columns must come in the order of the batch source: {names}. Feature view: {view}")
    columns = []
    for field in schema:
        column = rows.column(field.name)
        try:
            if pyarrow.types.is_nested(field.type) and column.type != field.type:
                # By the names of what is in them, whatever order that comes in.
                columns.append(pyarrow.array(column.to_pylist(), field.type))
            else:
                columns.append(column.cast(field.type))
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError) as error:
            raise ValueError(
                f"Column '{field.name}' has values that its type in the batch source, {field.type}, does not hold: {error}. "
                f"Feature view: {view}"
            ) from error
    return pyarrow.table(columns, schema=schema)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    """Holds the lock of the file that is at `path` while it is held: another writer may have replaced it meanwhile."""
    while True:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_ino != os.stat(path).st_ino:
                continue
            yield
            return
