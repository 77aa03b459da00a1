"""Aggregations of stream feature views."""

from __future__ import annotations

from typing import Any

from feast._feast import Aggregation

__all__ = ["Aggregation"]


def _to_proto(self: Aggregation) -> Any:
    """The Aggregation message."""
    from feast._messages import load

    message = load("feast.protos.feast.core.Aggregation_pb2").Aggregation(
        column=self.column, function=self.function, name=self.name or ""
    )
    for field in ("time_window", "slide_interval"):
        if getattr(self, field) is not None:
            getattr(message, field).FromTimedelta(getattr(self, field))
    return message


def _from_proto(agg_proto: Any) -> Aggregation:
    """The aggregation in a message; windows of no length are none."""
    return Aggregation(
        column=agg_proto.column,
        function=agg_proto.function,
        time_window=agg_proto.time_window.ToTimedelta() or None,
        slide_interval=agg_proto.slide_interval.ToTimedelta() or None,
        name=agg_proto.name or None,
    )


Aggregation.to_proto, Aggregation.from_proto = _to_proto, staticmethod(_from_proto)
