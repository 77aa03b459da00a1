"""DuckDB.

asof       ASOF JOIN on the source without its duplicates (the newest created of each key and moment)
asof_semi  the same on only those source rows whose key and time can matter
huge_int   ASOF JOIN on one 128-bit number made of both timestamps, so that nothing need be removed first
range      inner join on key and time range, then the newest per entity row: what Feast's SQL stores do
"""

import pathlib

from workloads import DATA, TTL_HOURS

VARIANTS = ["asof", "asof_semi", "huge_int", "range"]
TTL = f"INTERVAL {TTL_HOURS} HOUR"


def load(workload, variant):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    if workload.source.address().startswith("s3://"):
        use_s3(connection)
    # Where a process that is stopped for taking too long leaves gigabytes, they are easily found.
    connection.execute(f"SET temp_directory = '{DATA}/duckdb_spilled'")
    return workload, variant, connection


def use_s3(connection):
    """The extension comes from PyPI, for DuckDB's own server is not reached from everywhere; it is of one DuckDB release."""
    import os
    import urllib.parse

    import duckdb_extension_httpfs

    [extension] = pathlib.Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension")
    endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    connection.execute(f"LOAD '{extension}'")
    connection.execute(
        f"""CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}',
            REGION '{os.environ["AWS_DEFAULT_REGION"]}', ENDPOINT '{endpoint.netloc}', URL_STYLE 'path',
            USE_SSL {endpoint.scheme == "https"})"""
    )


def range_join(workload, view):
    key, _ = workload.source.key(view)
    features = ", ".join(workload.source.features(view))
    oldest = f"AND s.event_timestamp >= e.event_timestamp - {TTL}" if workload.has_ttl else ""
    return f"""
        LEFT JOIN (
            SELECT e.entity_row, {features}
            FROM read_parquet('{workload.source.address(view)}') s JOIN entity e
              ON s.{key} = e.{key} AND s.event_timestamp <= e.event_timestamp {oldest}
            QUALIFY row_number() OVER (
                PARTITION BY e.entity_row ORDER BY s.event_timestamp DESC, s.created DESC) = 1
        ) s{view} ON e.entity_row = s{view}.entity_row"""


def wanted_rows(workload, key):
    condition = f"""WHERE {key} IN (SELECT {key} FROM entity)
        AND event_timestamp <= (SELECT max(event_timestamp) FROM entity)"""
    if workload.has_ttl:
        condition += f" AND event_timestamp >= (SELECT min(event_timestamp) FROM entity) - {TTL}"
    return condition


def asof_join(workload, view, variant):
    key, _ = workload.source.key(view)
    features = ", ".join(workload.source.features(view))
    rows = f"read_parquet('{workload.source.address(view)}')"
    if variant == "huge_int":
        moment = "(epoch_us({})::HUGEINT << 64) + {}"
        source = f"""SELECT {key}, event_timestamp AS moment, {features},
            {moment.format("event_timestamp", "epoch_us(created)")} AS newest FROM {rows}"""
        condition = f"{moment.format('e.event_timestamp', '9223372036854775807')} >= s{view}.newest"
    else:
        source = f"""SELECT {key}, event_timestamp AS moment, {features} FROM {rows}
            {wanted_rows(workload, key) if variant == "asof_semi" else ""}
            QUALIFY row_number() OVER (PARTITION BY {key}, event_timestamp ORDER BY created DESC) = 1"""
        condition = f"e.event_timestamp >= s{view}.moment"
    return f"ASOF LEFT JOIN ({source}) s{view} ON e.{key} = s{view}.{key} AND {condition}"


def selected(workload, view, variant):
    names = workload.source.features(view)
    if variant == "range" or not workload.has_ttl:
        return [f"s{view}.{name}" for name in names]
    in_time = f"s{view}.moment >= e.event_timestamp - {TTL}"
    return [f"CASE WHEN {in_time} THEN s{view}.{name} END AS {name}" for name in names]


def query(workload, variant):
    columns, joins = [f"e.{name}" for name in workload.source.entity_columns()], []
    for view in range(workload.source.views):
        columns += selected(workload, view, variant)
        joins.append(range_join(workload, view) if variant == "range" else asof_join(workload, view, variant))
    numbered = "MATERIALIZED (SELECT row_number() OVER () AS entity_row, *" if variant == "range" else "(SELECT *"
    return f"""WITH entity AS {numbered} FROM read_parquet('{workload.entity_path}'))
        SELECT {", ".join(columns)} FROM entity e {" ".join(joins)}"""


def to_pandas(context):
    workload, variant, connection = context
    return connection.execute(query(workload, variant)).df()


def to_parquet(context, path):
    workload, variant, connection = context
    connection.execute(f"COPY ({query(workload, variant)}) TO '{path}' (FORMAT parquet)")


def versions():
    import duckdb

    return {"duckdb": duckdb.__version__}
