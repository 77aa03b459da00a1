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
    for view in range(workload.source.views):
        key, _ = workload.source.key(view)
        source = polars.scan_parquet(workload.source.address(view))
        if variant == "asof_semi":
            keys = polars.scan_parquet(workload.entity_path).select(key).unique()
            source = source.join(keys, on=key, how="semi")
        source = source.sort("event_timestamp", "created")
        answer = answer.join_asof(
            source.select(key, "event_timestamp", *workload.source.features(view)),
            on="event_timestamp",
            by=key,
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
