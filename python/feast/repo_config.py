"""feature_store.yaml as an object."""

from __future__ import annotations

import os
from feast._feast import RegistryConfig, RepoConfig
from feast.errors import FeastConfigError

__all__ = ["FeastConfigError", "RegistryConfig", "RepoConfig", "load_repo_config"]


def __getattr__(name: str):
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


def load_repo_config(repo_path: str | os.PathLike, fs_yaml_file: str | os.PathLike | None = None) -> RepoConfig:
    """The configuration in `fs_yaml_file`, or in `feature_store.yaml` of the repo."""
    from pathlib import Path

    repo_path = Path(repo_path)
    yaml_path = Path(fs_yaml_file) if fs_yaml_file is not None else repo_path / "feature_store.yaml"
    return RepoConfig.load(repo_path, yaml_path)
