"""A retrieval's result kept under a name, and what later results are to be compared with."""

from __future__ import annotations

import base64
from typing import Any

from feast._carried import CarriedObject
from feast._feast import SavedDataset, SavedDatasetStorage

__all__ = ["SavedDataset", "SavedDatasetStorage", "ValidationReference"]


class ValidationReference(CarriedObject):
    """A saved dataset with a profiler. It is declared and kept in the registry; running profilers is not in this version, and a profiler
    that is only in the registry stays what it is there, a pickle that is never loaded."""

    _kind = "validation reference"

    def __init__(
        self,
        name: str,
        dataset_name: str,
        profiler: Any = None,
        description: str = "",
        tags: dict[str, str] | None = None,
    ):
        self.name = name
        self.dataset_name = dataset_name
        self.profiler = profiler
        self.description = description
        self.tags = dict(tags or {})
        self._dataset: SavedDataset | None = None
        self._stored: dict[str, Any] = {}

    @classmethod
    def from_saved_dataset(cls, name: str, dataset: SavedDataset, profiler: Any) -> ValidationReference:
        made = cls(name, dataset.name, profiler)
        made._dataset = dataset
        return made

    @property
    def profile(self) -> Any:
        if self._dataset is None or self.profiler is None:
            raise RuntimeError(
                "A profile needs a saved dataset and a profiler: use ValidationReference.from_saved_dataset(name, dataset, profiler)."
            )
        return self.profiler.analyze_dataset(self._dataset.to_df())

    def _to_json(self) -> dict[str, Any]:
        message = {
            "name": self.name,
            "referenceDatasetName": self.dataset_name,
            "description": self.description,
            "tags": self.tags,
            **self._stored,
        }
        body = getattr(self.profiler, "pickled_body", None)
        if body is not None:
            message["geProfiler"] = {"profiler": {"body": base64.b64encode(body()).decode()}}
        return message

    @classmethod
    def _from_json(cls, message: dict[str, Any]) -> ValidationReference:
        made = cls(
            message["name"],
            message.get("referenceDatasetName", ""),
            None,
            message.get("description", ""),
            message.get("tags"),
        )
        made._stored = {key: message[key] for key in ("geProfiler", "geProfile") if key in message}
        return made
