"""What a registry knows of a project beside its objects."""

from __future__ import annotations

import uuid
from typing import Any

__all__ = ["ProjectMetadata"]


class ProjectMetadata:
    """A project's name and the id it got with its first apply."""

    def __init__(self, *, project_name: str | None = None, project_uuid: str | None = None):
        if not project_name:
            raise ValueError("Project metadata needs project_name.")
        self.project_name = project_name
        self.project_uuid = project_uuid or str(uuid.uuid4())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProjectMetadata):
            raise TypeError("Project metadata can be compared with its like only.")
        return (self.project_name, self.project_uuid) == (other.project_name, other.project_uuid)

    def __hash__(self) -> int:
        return hash((self.project_name, self.project_uuid))

    def to_proto(self) -> Any:
        from feast._messages import load

        message = load("feast.protos.feast.core.Registry_pb2").ProjectMetadata
        return message(project=self.project_name, project_uuid=self.project_uuid)

    @classmethod
    def from_proto(cls, project_metadata_proto: Any) -> ProjectMetadata:
        return cls(project_name=project_metadata_proto.project, project_uuid=project_metadata_proto.project_uuid)
