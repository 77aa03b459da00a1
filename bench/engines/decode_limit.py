"""No engine but a bound for all of them: decodes just the columns a join needs, on all threads, and touches each value once."""

import concurrent.futures
import os

VARIANTS = ["decode"]


def load(workload, variant):
    import pyarrow.compute
    import pyarrow.fs
    import pyarrow.parquet

    return workload, pyarrow


def touch(column, pyarrow):
    """Sums every buffer as 64-bit words: the cheapest thing that reads all of it."""
    for chunk in column.chunks:
        for buffer in chunk.buffers():
            if buffer is not None:
                words = pyarrow.Array.from_buffers(pyarrow.uint64(), buffer.size // 8, [None, buffer])
                pyarrow.compute.sum(words)


def open_file(path, pyarrow):
    if "://" not in path:
        return pyarrow.parquet.ParquetFile(path)
    files, key = pyarrow.fs.FileSystem.from_uri(path)
    return pyarrow.parquet.ParquetFile(files.open_input_file(key), pre_buffer=True)


def read_all(context):
    workload, pyarrow = context
    pieces = []
    for view in range(workload.source.views):
        path = workload.source.address(view)
        columns = [workload.source.key(view)[0], "event_timestamp", "created", *workload.source.features(view)]
        groups = open_file(path, pyarrow).metadata.num_row_groups
        pieces += [(path, group, columns) for group in range(groups)]

    def read(piece):
        path, group, columns = piece
        table = open_file(path, pyarrow).read_row_group(group, columns=columns, use_threads=False)
        for column in table.columns:
            touch(column, pyarrow)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(read, pieces))


def to_pandas(context):
    read_all(context)


def to_parquet(context, path):
    read_all(context)


def versions():
    import pyarrow

    return {"pyarrow": pyarrow.__version__}
