"""DuckDB.

asof       ASOF JOIN on the source without its duplicates (the newest created of each key and moment)
asof_semi  the same on only those source rows whose key and time can matter
range      inner join on key and time range, then the newest per entity row: what Feast's SQL stores do
"""

from workloads import FEATURES, TTL_HOURS

VARIANTS = ["asof", "asof_semi", "range"]


def load(workload, variant):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    return workload, variant, connection


def range_query(workload):
    features = ", ".join(FEATURES)
    oldest = f"AND s.event_timestamp >= e.event_timestamp - INTERVAL {TTL_HOURS} HOUR" if workload.has_ttl else ""
    return f"""
        WITH entity AS MATERIALIZED (
            SELECT row_number() OVER () AS entity_row, * FROM read_parquet('{workload.entity_path}')
        ), winner AS (
            SELECT e.entity_row, {features}
            FROM read_parquet('{workload.source.path}') s JOIN entity e
              ON s.driver_id = e.driver_id AND s.event_timestamp <= e.event_timestamp {oldest}
            QUALIFY row_number() OVER (
                PARTITION BY e.entity_row ORDER BY s.event_timestamp DESC, s.created DESC) = 1
        )
        SELECT driver_id, event_timestamp, label, {features} FROM entity LEFT JOIN winner USING (entity_row)"""


def asof_query(workload, semi):
    entity = f"read_parquet('{workload.entity_path}')"
    wanted = ""
    if semi:
        wanted = f"""WHERE driver_id IN (SELECT driver_id FROM {entity})
            AND event_timestamp <= (SELECT max(event_timestamp) FROM {entity})"""
        if workload.has_ttl:
            wanted += f"""
            AND event_timestamp >= (SELECT min(event_timestamp) FROM {entity}) - INTERVAL {TTL_HOURS} HOUR"""
    in_time = f"s.moment >= e.event_timestamp - INTERVAL {TTL_HOURS} HOUR" if workload.has_ttl else "true"
    features = ", ".join(f"CASE WHEN {in_time} THEN s.{name} END AS {name}" for name in FEATURES)
    return f"""
        SELECT e.driver_id, e.event_timestamp, e.label, {features}
        FROM {entity} e ASOF LEFT JOIN (
            SELECT driver_id, event_timestamp AS moment, {", ".join(FEATURES)}
            FROM read_parquet('{workload.source.path}') {wanted}
            QUALIFY row_number() OVER (PARTITION BY driver_id, event_timestamp ORDER BY created DESC) = 1
        ) s ON e.driver_id = s.driver_id AND e.event_timestamp >= s.moment"""


def query(workload, variant):
    return range_query(workload) if variant == "range" else asof_query(workload, variant == "asof_semi")


def to_pandas(context):
    workload, variant, connection = context
    return connection.execute(query(workload, variant)).df()


def to_parquet(context, path):
    workload, variant, connection = context
    connection.execute(f"COPY ({query(workload, variant)}) TO '{path}' (FORMAT parquet)")


def versions():
    import duckdb

    return {"duckdb": duckdb.__version__}
