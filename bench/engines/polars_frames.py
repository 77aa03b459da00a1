"""Polars.

asof       join_asof after sorting the source by event timestamp and created
asof_semi  the same on only those source rows whose key is wanted
"""

from workloads import FEATURES, TTL_HOURS

VARIANTS = ["asof", "asof_semi"]


def load(workload, variant):
    import polars

    return workload, variant, polars


def plan(context):
    workload, variant, polars = context
    entity = polars.scan_parquet(workload.entity_path)
    source = polars.scan_parquet(workload.source.path)
    if variant == "asof_semi":
        source = source.join(entity.select("driver_id").unique(), on="driver_id", how="semi")
    source = source.sort("event_timestamp", "created").select("driver_id", "event_timestamp", *FEATURES)
    return entity.sort("event_timestamp").join_asof(
        source,
        on="event_timestamp",
        by="driver_id",
        strategy="backward",
        tolerance=f"{TTL_HOURS}h" if workload.has_ttl else None,
        check_sortedness=False,
    )


def to_pandas(context):
    return plan(context).collect().to_pandas()


def to_parquet(context, path):
    plan(context).sink_parquet(path)


def versions():
    import polars

    return {"polars": polars.__version__}
