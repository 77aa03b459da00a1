"""Whether two engines gave the same answer."""

import hashlib
import json

import numpy
import pyarrow
import pyarrow.compute
from workloads import Source


def answer_digest(table, source: Source) -> dict:
    """Rows, rows with a match, and a hash over every feature value together with the row it stands in, whatever the order of rows.

    `table` is an Arrow table of the entity columns and the source's features. Values are summed as integers: floats were made as millionths.
    """

    def integers(name):
        column = table.column(name).combine_chunks()
        present = column.is_valid().to_numpy(zero_copy_only=False)
        values = numpy.asarray(column.to_numpy(zero_copy_only=False), dtype="float64")
        return present & ~numpy.isnan(values), values

    moments = table.column("event_timestamp").cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.int64()).to_numpy()
    keys = table.column(source.key()[0])
    if source.string_keys:
        keys = pyarrow.compute.utf8_slice_codeunits(keys.cast(pyarrow.string()), len("driver_"))
    keys = keys.cast(pyarrow.int64()).to_numpy()
    row_hash = (keys * 1_000_003 + moments // 1_000) % 1_000_007 + 1
    sums = [int(row_hash.sum())]
    matched = 0
    for name in source.all_features():
        present, values = integers(name)
        scale = 1 if name.startswith("avg") else 1_000_000
        whole = numpy.rint(values[present] * scale).astype("int64")
        matched = max(matched, len(whole))
        sums += [len(whole), int(whole.sum()), int((whole * row_hash[present] % 1_000_000_007).sum())]
    signature = hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:12]
    return {"rows": table.num_rows, "matched": matched, "signature": signature}
