"""This project, and Feast itself: one program, for they share their API. Run where either is installed."""

import datetime
import os

from workloads import DATA, TTL_HOURS

VARIANTS = ["file"]


def is_feast() -> bool:
    """True where Feast itself is installed instead of this project."""
    import importlib.util

    return importlib.util.find_spec("feast._feast") is None


def open_store(workload, store_type):
    from feast import FeatureStore, RepoConfig

    place = ".remote" if "://" in workload.source.address() else ""
    folder = f"{DATA}/repos/{workload.name}.{'feast' if is_feast() else 'ours'}{place}"
    os.makedirs(folder, exist_ok=True)
    return FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=f"{folder}/registry.db",
            online_store=None,
            offline_store={"type": store_type},
            entity_key_serialization_version=3,
        )
    )


def view_name(view):
    return f"driver_stats_{view}"


def prepare(workload):
    from feast import Entity, FeatureView, Field, FileSource, ValueType
    from feast.types import Float32, Int64

    key_type = ValueType.STRING if workload.source.string_keys else ValueType.INT64
    entities = {
        key: Entity(name=key.removesuffix("_id"), join_keys=[key], value_type=key_type)
        for key in workload.source.entity_keys()
    }
    objects = list(entities.values())
    for view in range(workload.source.views):
        source = FileSource(
            name=f"source_{view}",
            path=workload.source.address(view),
            timestamp_field="event_timestamp",
            created_timestamp_column="created",
        )
        features = [
            Field(name=name, dtype=Int64 if name.startswith("avg") else Float32)
            for name in workload.source.features(view)
        ]
        objects += [
            source,
            FeatureView(
                name=view_name(view),
                entities=[entities[workload.source.key(view)[0]]],
                ttl=datetime.timedelta(hours=TTL_HOURS) if workload.has_ttl else None,
                source=source,
                schema=features,
            ),
        ]
    open_store(workload, "file").apply(objects)


def load(workload, variant):
    if is_feast():
        import pandas  # noqa: F401  Feast loads it anyhow, and its entity rows are a frame.
    return workload, open_store(workload, variant)


def retrieval_job(context):
    workload, store = context
    if is_feast():
        import pandas

        entity_df = pandas.read_parquet(workload.entity_path)
    else:
        entity_df = workload.entity_path
    features = [
        f"{view_name(view)}:{name}" for view in range(workload.source.views) for name in workload.source.features(view)
    ]
    return store.get_historical_features(entity_df=entity_df, features=features)


def to_pandas(context):
    return retrieval_job(context).to_df()


def to_parquet(context, path):
    if is_feast():
        import pyarrow.parquet

        pyarrow.parquet.write_table(retrieval_job(context).to_arrow(), path)
    else:
        retrieval_job(context).to_parquet(path)


def versions():
    import importlib.metadata

    if is_feast():
        return {"feast": importlib.metadata.version("feast")}
    from feast import cpp_version

    return {"feast-cpp": cpp_version}
