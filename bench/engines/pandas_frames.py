"""pandas: merge_asof after sorting the source by event timestamp and created."""

from workloads import TTL_HOURS

VARIANTS = ["asof"]


def load(workload, variant):
    import pandas

    return workload, pandas


def to_pandas(context):
    workload, pandas = context
    answer = pandas.read_parquet(workload.entity_path).sort_values("event_timestamp")
    for view in range(workload.source.views):
        key, _ = workload.source.key(view)
        columns = [key, "event_timestamp", "created", *workload.source.features(view)]
        source = pandas.read_parquet(workload.source.path(view), columns=columns)
        source = source.sort_values(["event_timestamp", "created"]).drop(columns="created")
        tolerance = pandas.Timedelta(hours=TTL_HOURS) if workload.has_ttl else None
        answer = pandas.merge_asof(answer, source, on="event_timestamp", by=key, tolerance=tolerance)
    return answer


def to_parquet(context, path):
    to_pandas(context).to_parquet(path)


def versions():
    import pandas

    return {"pandas": pandas.__version__}
