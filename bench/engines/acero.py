"""Acero, Arrow's own engine: join_asof after sorting the source by event timestamp and created."""

from workloads import HOUR_US, TTL_HOURS

VARIANTS = ["asof"]
FOREVER_US = 1 << 60


def load(workload, variant):
    import pyarrow.parquet

    return workload, pyarrow.parquet


def answer_table(context):
    workload, parquet = context
    answer = parquet.read_table(workload.entity_path).sort_by("event_timestamp")
    for view in range(workload.source.views):
        key, _ = workload.source.key(view)
        source = parquet.read_table(workload.source.path(view))
        source = source.sort_by([("event_timestamp", "ascending"), ("created", "ascending")])
        source = source.select([key, "event_timestamp", *workload.source.features(view)])
        tolerance = -(TTL_HOURS * HOUR_US if workload.has_ttl else FOREVER_US)
        answer = answer.join_asof(source, on="event_timestamp", by=key, tolerance=tolerance)
    return answer


def to_pandas(context):
    return answer_table(context).to_pandas()


def to_parquet(context, path):
    _, parquet = context
    parquet.write_table(answer_table(context), path)


def versions():
    import pyarrow

    return {"pyarrow": pyarrow.__version__}
