"""Generated data about drivers, customers, orders and places, for tests and tutorials; needs pandas."""

from __future__ import annotations

from enum import Enum
from typing import Any

__all__ = [
    "EventTimestampType",
    "create_customer_daily_profile_df",
    "create_driver_hourly_stats_df",
    "create_field_mapping_df",
    "create_global_daily_stats_df",
    "create_location_stats_df",
    "create_orders_df",
]

_EVENT_TIMESTAMP = "event_timestamp"


class EventTimestampType(Enum):
    TZ_NAIVE = 0
    TZ_AWARE_UTC = 1
    TZ_AWARE_FIXED_OFFSET = 2
    TZ_AWARE_US_PACIFIC = 3


def _in_zone(moment: Any, kind: EventTimestampType) -> Any:
    """A naive time of UTC in the zone of `kind`."""
    from datetime import timedelta, timezone

    if kind == EventTimestampType.TZ_NAIVE:
        return moment
    utc = moment.tz_localize("UTC")
    if kind == EventTimestampType.TZ_AWARE_FIXED_OFFSET:
        return utc.tz_convert(timezone(timedelta(hours=1)))
    return utc.tz_convert("US/Pacific") if kind == EventTimestampType.TZ_AWARE_US_PACIFIC else utc


def _naive(moment: Any) -> Any:
    return moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo is not None else moment


def _mixed_times(start_date: Any, end_date: Any, count: int) -> list:
    """`count` times between the two, in four zones by turns."""
    import pandas as pd

    moments = pd.date_range(start=start_date, end=end_date, periods=count)
    return [_in_zone(_naive(moment).round("ms"), EventTimestampType(i % 4)) for i, moment in enumerate(moments)]


def _times(start_date: Any, end_date: Any, step: str) -> list:
    import pandas as pd

    moments = pd.date_range(start=start_date, end=end_date, freq=step, inclusive="left")
    return [_naive(moment).round("ms").tz_localize("UTC") for moment in moments]


def _now() -> Any:
    import pandas as pd

    return pd.Timestamp.now(tz=None).round("ms")


def _for_each(key: str, keys: Any, times: list) -> Any:
    """Each of `keys`, the last first, at each of `times`."""
    import pandas as pd

    keys = list(keys)[::-1]
    return pd.DataFrame({_EVENT_TIMESTAMP: times * len(keys), key: [each for each in keys for _ in times]})


def create_orders_df(
    customers: Any, drivers: Any, start_date: Any, end_date: Any, order_count: int, locations: Any = None
) -> Any:
    """Entity rows: order_id, driver_id, customer_id, (origin_id, destination_id,) order_is_success, event_timestamp."""
    import itertools

    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"order_id": range(100, 100 + order_count)})
    frame["driver_id"] = np.random.choice(drivers, order_count)
    frame["customer_id"] = np.random.choice(customers, order_count)
    if locations:
        pairs = np.array(list(itertools.permutations(locations, 2)))
        frame[["origin_id", "destination_id"]] = pairs[np.random.choice(len(pairs), order_count)]
    frame["order_is_success"] = np.random.randint(0, 2, size=order_count).astype(np.int32)
    # Of several zones, so a column of objects; these cannot be compared with naive times, and are in order already.
    frame[_EVENT_TIMESTAMP] = pd.Series(_mixed_times(start_date, end_date, order_count), dtype=object)
    return frame


def create_driver_hourly_stats_df(drivers: Any, start_date: Any, end_date: Any) -> Any:
    """One row for each driver and hour, and for one moment of 2021: event_timestamp, driver_id, conv_rate, acc_rate,
    avg_daily_trips, created, and one column each of maps (driver_metadata), JSON (driver_config) and structs (driver_profile).
    Two rows come again, which created does not tell apart."""
    import json
    import random

    import numpy as np
    import pandas as pd

    times = [*_times(start_date, end_date, "1h"), pd.Timestamp("2021-04-12 07:00:00", tz="UTC")]
    frame = _for_each("driver_id", drivers, times)
    rows = len(frame)
    frame["conv_rate"] = np.random.random(size=rows).astype(np.float32)
    frame["acc_rate"] = np.random.random(size=rows).astype(np.float32)
    frame["avg_daily_trips"] = np.random.randint(0, 1000, size=rows).astype(np.int64)
    frame["created"] = _now()
    frame["driver_metadata"] = [
        {"vehicle_type": random.choice(["sedan", "suv", "truck"]), "rating": str(round(random.uniform(3, 5), 1))}
        for _ in range(rows)
    ]
    zones = ["north", "south", "east", "west"]
    frame["driver_config"] = [
        json.dumps({"max_distance_km": random.randrange(10, 200), "preferred_zones": random.sample(zones, 2)})
        for _ in range(rows)
    ]
    frame["driver_profile"] = [
        {"name": f"driver_{driver}", "age": str(random.randrange(25, 60))} for driver in frame["driver_id"]
    ]
    late = frame[rows // 2 : rows // 2 + 1]
    return pd.concat([frame, late, late], ignore_index=True)


def create_customer_daily_profile_df(customers: Any, start_date: Any, end_date: Any) -> Any:
    """One row for each customer and day: event_timestamp, customer_id, current_balance, avg_passenger_count, lifetime_trip_count,
    created."""
    import numpy as np

    frame = _for_each("customer_id", customers, _times(start_date, end_date, "1D"))
    rows = len(frame)
    frame["current_balance"] = np.random.random(size=rows).astype(np.float32)
    frame["avg_passenger_count"] = np.random.random(size=rows).astype(np.float32)
    frame["lifetime_trip_count"] = np.random.randint(0, 1000, size=rows).astype(np.int32)
    frame["created"] = _now()
    return frame


def create_location_stats_df(locations: Any, start_date: Any, end_date: Any) -> Any:
    """One row for each place and hour: event_timestamp, location_id, temperature, created."""
    import numpy as np

    frame = _for_each("location_id", locations, _times(start_date, end_date, "1h"))
    frame["temperature"] = np.random.randint(50, 100, size=len(frame)).astype(np.int32)
    frame["created"] = _now()
    return frame


def create_global_daily_stats_df(start_date: Any, end_date: Any) -> Any:
    """One row for each day: event_timestamp, num_rides, avg_ride_length, created."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({_EVENT_TIMESTAMP: _times(start_date, end_date, "1D")})
    frame["num_rides"] = np.random.randint(50, 100, size=len(frame)).astype(np.int32)
    frame["avg_ride_length"] = np.random.random(size=len(frame)).astype(np.float32)
    frame["created"] = _now()
    return frame


def create_field_mapping_df(start_date: Any, end_date: Any) -> Any:
    """Ten rows: column_name, event_timestamp, created."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"column_name": np.random.randint(1, 100, size=10).astype(np.int32)})
    frame[_EVENT_TIMESTAMP] = pd.Series(_mixed_times(start_date, end_date, 10), dtype=object)
    frame["created"] = _now()
    return frame
