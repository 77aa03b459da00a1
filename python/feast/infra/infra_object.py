"""What a store keeps outside the registry, as the registry records it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

DATASTORE_INFRA_OBJECT_CLASS_TYPE = "feast.infra.online_stores.datastore.DatastoreTable"
SQLITE_INFRA_OBJECT_CLASS_TYPE = "feast.infra.online_stores.sqlite.SqliteTable"


class InfraObject(ABC):
    """A table or the like."""

    @abstractmethod
    def __init__(self, name: str):
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @abstractmethod
    def to_infra_object_proto(self) -> Any:
        """The object as a feast.core.InfraObject message."""

    @abstractmethod
    def to_proto(self) -> Any:
        """The object as a message of its own kind."""

    @staticmethod
    @abstractmethod
    def from_infra_object_proto(infra_object_proto: Any) -> Any:
        """The object whose class the message names."""
        from feast._plugins import registered_class
        from feast.errors import FeastInvalidInfraObjectType

        found = registered_class(infra_object_proto.infra_object_class_type, "InfraObject")
        if found is None:
            raise FeastInvalidInfraObjectType()
        return found.from_infra_object_proto(infra_object_proto)

    @abstractmethod
    def update(self) -> None:
        """Makes it."""

    @abstractmethod
    def teardown(self) -> None:
        """Removes it."""

    def __lt__(self, other: InfraObject) -> bool:
        return self.name < other.name


@dataclass
class Infra:
    """Everything that stores keep for a project."""

    infra_objects: list[Any] = field(default_factory=list)

    def to_proto(self) -> Any:
        from feast._messages import load

        message = load("feast.protos.feast.core.InfraObject_pb2").Infra()
        message.infra_objects.extend(item.to_infra_object_proto() for item in self.infra_objects)
        return message

    @classmethod
    def from_proto(cls, infra_proto: Any) -> Infra:
        return cls([InfraObject.from_infra_object_proto(item) for item in infra_proto.infra_objects])
