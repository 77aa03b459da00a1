"""feature_store.yaml as an object."""

from __future__ import annotations

import os
from typing import Any

from feast._feast import RegistryConfig, RepoConfig
from feast.errors import FeastConfigError

__all__ = ["FeastConfigError", "MaterializationConfig", "RegistryConfig", "RepoConfig", "load_repo_config"]


class MaterializationConfig:
    """`materialization:` of feature_store.yaml: whether only the newest values of each key are read, and how many rows are written
    to the online store at once (None: as many as the store likes)."""

    def __init__(self, pull_latest_features: bool = False, online_write_batch_size: int | None = None):
        self.pull_latest_features = pull_latest_features
        self.online_write_batch_size = online_write_batch_size

    def model_dump(self) -> dict:
        return {name: value for name, value in vars(self).items() if value is not None}

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, MaterializationConfig) else NotImplemented

    def __repr__(self) -> str:
        return f"MaterializationConfig({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


def __getattr__(name: str):
    # Made on use: only programs that choose stores by name look at the tables.
    if name.endswith("_CLASS_FOR_TYPE") or (name.startswith("get_") and name.endswith("_type")):
        from feast import _classes_for_types

        found = vars(_classes_for_types).get(name)
        if found is not None:
            return found
    # Made on use: only config classes of stores of the user's own need pydantic.
    if name not in ("FeastBaseModel", "FeastConfigBaseModel"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import pydantic
    except ImportError as error:
        raise ImportError(
            f"{name}, the base of config classes, needs pydantic: pip install pydantic", name="pydantic"
        ) from error
    extra = "forbid" if name == "FeastConfigBaseModel" else "allow"
    settings = pydantic.ConfigDict(arbitrary_types_allowed=True, extra=extra)
    made = type(name, (pydantic.BaseModel,), {"model_config": settings, "__module__": __name__})
    globals()[name] = made
    return made


def _json(self: RepoConfig | RegistryConfig, **how: Any) -> str:
    """The configuration as JSON; `how` is what Feast's classes take."""
    import json

    return json.dumps(self.model_dump(), default=str, indent=how.get("indent"))


def _copy(self: RepoConfig, *, update: dict | None = None, deep: bool = False, **how: Any) -> RepoConfig:
    """A copy with other values of some options."""
    return self.model_copy(update=update, deep=deep)


for _class in (RepoConfig, RegistryConfig):
    _class.model_dump_json = _class.json = _json
RepoConfig.copy = _copy


def load_repo_config(repo_path: str | os.PathLike, fs_yaml_file: str | os.PathLike | None = None) -> RepoConfig:
    """The configuration in `fs_yaml_file`, or in `feature_store.yaml` of the repo."""
    from pathlib import Path

    repo_path = Path(repo_path)
    yaml_path = Path(fs_yaml_file) if fs_yaml_file is not None else repo_path / "feature_store.yaml"
    return RepoConfig.load(repo_path, yaml_path)
