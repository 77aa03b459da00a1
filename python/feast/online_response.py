"""The answer to a request for online features."""

from __future__ import annotations

from functools import cached_property

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from typing import Any

__all__ = ["OnlineResponse", "TIMESTAMP_POSTFIX"]

TIMESTAMP_POSTFIX = "__ts"
# The key of views without entities, which no caller asked for.
_NO_ENTITY = "__dummy_id"


def _without_dummy(message: Any) -> Any:
    names = message.metadata.feature_names.val
    if _NO_ENTITY in names:
        index = list(names).index(_NO_ENTITY)
        del names[index]
        del message.results[index]
    return message


def python_value(value: bytes) -> Any:
    """The Python value in a serialized Value message."""
    from feast._messages import load
    from feast.type_map import feast_value_type_to_python_type

    return feast_value_type_to_python_type(load("feast.protos.feast.types.Value_pb2").Value.FromString(value))


class OnlineResponse:
    """A GetOnlineFeaturesResponse message (`proto`) as Python values."""

    _answer = None  # The engine's own answer, of which a message is made when somebody wants it.

    def __init__(self, online_response_proto: Any, feature_types: dict[str, Any] | None = None):
        self.proto = _without_dummy(online_response_proto)
        self.feature_types = feature_types or {}

    @classmethod
    def _of(cls, answer: Any) -> OnlineResponse:
        response = cls.__new__(cls)
        response._answer = answer
        response.feature_types = {}
        return response

    @cached_property
    def proto(self) -> Any:
        from feast._messages import load

        response = load("feast.protos.feast.serving.ServingService_pb2").GetOnlineFeaturesResponse
        return _without_dummy(response.FromString(self._answer.message()))

    def to_dict(self, include_event_timestamps: bool = False) -> dict[str, list]:
        """{feature: [value of each entity row]}; with timestamps, seconds since 1970 under "<feature>__ts"."""
        if self._answer is not None:
            return self._answer.to_dict(include_event_timestamps)
        from feast.type_map import feast_value_type_to_python_type

        response: dict[str, list] = {}
        for name, vector in zip(self.proto.metadata.feature_names.val, self.proto.results):
            kind = self.feature_types.get(name)
            response[name] = [feast_value_type_to_python_type(value, kind) for value in vector.values]
            if include_event_timestamps:
                response[name + TIMESTAMP_POSTFIX] = [moment.seconds for moment in vector.event_timestamps]
        return response

    def to_df(self, include_event_timestamps: bool = False) -> Any:
        import pandas

        return pandas.DataFrame(self.to_dict(include_event_timestamps))

    def to_arrow(self, include_event_timestamps: bool = False) -> Any:
        import pyarrow

        columns = self.to_dict(include_event_timestamps)
        return pyarrow.Table.from_pydict({name: _for_arrow(values) for name, values in columns.items()})

    def to_tensor(self, kind: str = "torch", default_value: Any = float("nan")) -> dict:
        from feast.errors import FeastNotImplementedError

        raise FeastNotImplementedError("OnlineResponse.to_tensor is not in this version; make tensors of to_dict().")


def _for_arrow(values: list) -> list:
    """Arrow has no type for UUIDs, which become text, and none for sets, which become lists."""
    sample = next((value for value in values if value is not None), None)
    if type(sample).__name__ == "UUID":
        return [value if value is None else str(value) for value in values]
    if not isinstance(sample, (list, set)):
        return values
    made = [list(value) if isinstance(value, set) else value for value in values]
    of_uuids = any(type(item).__name__ == "UUID" for value in made if value for item in value)
    return [[str(item) for item in value] if value else value for value in made] if of_uuids else made
