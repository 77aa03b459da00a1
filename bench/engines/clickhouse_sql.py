"""ClickHouse in this process (chdb).

limit_by  ASOF JOIN on the source without its duplicates, by LIMIT 1 BY
arg_max   the same by argMax over groups
"""

from workloads import TTL_HOURS

VARIANTS = ["limit_by", "arg_max"]


def load(workload, variant):
    from chdb import session

    return workload, variant, session.Session()


def newest_rows(workload, view, variant):
    key, _ = workload.source.key(view)
    names, rows = workload.source.features(view), f"file('{workload.source.path(view)}', Parquet)"
    if variant == "arg_max":
        features = ", ".join(f"toNullable(argMax({name}, created)) AS {name}" for name in names)
        return f"SELECT {key}, event_timestamp AS moment, {features} FROM {rows} GROUP BY {key}, event_timestamp"
    features = ", ".join(f"toNullable({name}) AS {name}" for name in names)
    return f"""SELECT {key}, event_timestamp AS moment, {features} FROM {rows}
        ORDER BY {key}, event_timestamp, created DESC LIMIT 1 BY {key}, event_timestamp"""


def query(workload, variant):
    columns, joins = [f"e.{name} AS {name}" for name in workload.source.entity_columns()], []
    for view in range(workload.source.views):
        key, _ = workload.source.key(view)
        joins.append(f"""ASOF LEFT JOIN ({newest_rows(workload, view, variant)}) AS s{view}
            ON e.{key} = s{view}.{key} AND e.event_timestamp >= s{view}.moment""")
        in_time = f"s{view}.moment >= e.event_timestamp - INTERVAL {TTL_HOURS} HOUR" if workload.has_ttl else "true"
        columns += [f"if({in_time}, s{view}.{name}, NULL) AS {name}" for name in workload.source.features(view)]
    return f"SELECT {', '.join(columns)} FROM file('{workload.entity_path}', Parquet) AS e {' '.join(joins)}"


def to_pandas(context):
    workload, variant, session = context
    return session.query(query(workload, variant), "DataFrame")


def to_parquet(context, path):
    workload, variant, session = context
    session.query(f"INSERT INTO FUNCTION file('{path}', Parquet) {query(workload, variant)}")


def versions():
    import chdb

    return {"chdb": chdb.__version__}
