"""Polars.

asof       join_asof after sorting the source by event timestamp and created
asof_semi  the same on only those source rows whose key is wanted
"""

from workloads import TTL_HOURS

VARIANTS = ["asof", "asof_semi"]


def load(workload, variant):
    import polars

    return workload, variant, polars


def plan(context):
    workload, variant, polars = context
    answer = polars.scan_parquet(workload.entity_path).sort("event_timestamp")
    keys = polars.scan_parquet(workload.entity_path).select("driver_id").unique()
    for view in range(workload.source.views):
        source = polars.scan_parquet(workload.source.path(view))
        if variant == "asof_semi":
            source = source.join(keys, on="driver_id", how="semi")
        source = source.sort("event_timestamp", "created")
        answer = answer.join_asof(
            source.select("driver_id", "event_timestamp", *workload.source.features(view)),
            on="event_timestamp",
            by="driver_id",
            strategy="backward",
            tolerance=f"{TTL_HOURS}h" if workload.has_ttl else None,
            check_sortedness=False,
        )
    return answer


def to_pandas(context):
    return plan(context).collect().to_pandas()


def to_parquet(context, path):
    plan(context).sink_parquet(path)


def versions():
    import polars

    return {"polars": polars.__version__}
