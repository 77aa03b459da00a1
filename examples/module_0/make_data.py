"""Writes hourly statistics of five drivers to a Parquet file: python make_data.py PATH [--days N]"""

import argparse
import pathlib
import random
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq

DRIVERS = range(1001, 1006)


def rows(days):
    generator = random.Random(7)
    last_hour = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    for hour in range(days * 24, -1, -1):
        at = last_hour - timedelta(hours=hour)
        for driver in DRIVERS:
            yield {
                "event_timestamp": at,
                "driver_id": driver,
                "conv_rate": generator.random(),
                "acc_rate": generator.random(),
                "avg_daily_trips": generator.randrange(1000),
                "created": at + timedelta(minutes=generator.randrange(60)),
            }


SCHEMA = pa.schema(
    [
        ("event_timestamp", pa.timestamp("us", tz="UTC")),
        ("driver_id", pa.int64()),
        ("conv_rate", pa.float32()),
        ("acc_rate", pa.float32()),
        ("avg_daily_trips", pa.int32()),
        ("created", pa.timestamp("us", tz="UTC")),
    ]
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("--days", type=int, default=15)
    options = parser.parse_args()
    options.path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(list(rows(options.days)), schema=SCHEMA)
    pq.write_table(table, options.path, row_group_size=512)
    print(f"{table.num_rows} rows written to {options.path}")
