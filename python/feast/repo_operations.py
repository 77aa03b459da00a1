"""Feature repos as a whole: what their files declare, and applying it."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from feast import _evaluate
from feast._feast import (
    BaseFeatureView,
    DataSource,
    Entity,
    FeatureService,
    FeatureView,
    OnDemandFeatureView,
    Project,
    RepoConfig,
    StreamFeatureView,
)
from feast.feature_store import FeatureStore
from feast.repo_contents import RepoContents

__all__ = [
    "apply_total",
    "cli_check_repo",
    "get_ignore_files",
    "get_repo_files",
    "init_repo",
    "is_valid_name",
    "parse_repo",
    "plan",
    "py_path_to_module",
    "read_feastignore",
    "registry_dump",
    "teardown",
]


def is_valid_name(name: str) -> bool:
    """Whether a project may be called so: letters, digits, underscores and hyphens, of which the last two are not the first."""
    return re.fullmatch(r"(?![_-])[\w-]*", name) is not None


def get_repo_files(repo_root: str | os.PathLike) -> list[Path]:
    """The definition files of a repo, by path; what `.feastignore` names is left out."""
    return _evaluate.definition_files(Path(repo_root).resolve())


def get_ignore_files(repo_root: str | os.PathLike, ignore_paths: list[str]) -> set[Path]:
    """The files that these paths and patterns of a `.feastignore` name; for a folder, the .py files below it."""
    found: set[Path] = set()
    for pattern in ignore_paths:
        for path in Path(repo_root).glob(pattern):
            files = [path] if path.is_file() else [each for each in path.glob("**/*.py") if each.is_file()]
            found.update(each.resolve() for each in files)
    return found


def read_feastignore(repo_root: str | os.PathLike) -> list[str]:
    """The paths and patterns in the repo's `.feastignore`, without comments."""
    return list(_evaluate.ignored_patterns(Path(repo_root)).values())


def parse_repo(repo_root: str | os.PathLike) -> RepoContents:
    """Imports the repo's definition files and gives what they declare. The batch sources of views and of other sources are
    among the data sources."""
    found = _evaluate.collect(repo_root)
    contents = RepoContents([], [], [], [], [], [], [], [], [])
    for item in found:
        if isinstance(item, Project):
            contents.projects.append(item)
        elif isinstance(item, Entity):
            contents.entities.append(item)
        elif isinstance(item, FeatureService):
            contents.feature_services.append(item)
        elif isinstance(item, DataSource):
            _add_source(contents, item)
        elif isinstance(item, BaseFeatureView):
            _add_view(contents, item)
        elif getattr(item, "_kind", "") == "label view":
            contents.label_views.append(item)
        elif getattr(item, "_kind", "") == "permission":
            contents.permissions.append(item)
    return contents


def _add_view(contents: RepoContents, view: BaseFeatureView) -> None:
    if isinstance(view, OnDemandFeatureView):
        contents.on_demand_feature_views.append(view)
        for source in view.source_request_sources.values():
            _add_source(contents, source)
        return
    views = contents.stream_feature_views if isinstance(view, StreamFeatureView) else contents.feature_views
    views.append(view)
    assert isinstance(view, FeatureView)
    for source in (view.batch_source, view.stream_source):
        if source is not None:
            _add_source(contents, source)


def _add_source(contents: RepoContents, source: DataSource) -> None:
    if all(source is not known for known in contents.data_sources):
        contents.data_sources.append(source)
    batch_source = getattr(source, "batch_source", None)
    if batch_source is not None:
        _add_source(contents, batch_source)


def _open(repo_config: RepoConfig, repo_path: str | os.PathLike) -> FeatureStore:
    if repo_config.repo_path is None:
        repo_config.repo_path = Path(repo_path)
    return FeatureStore(config=repo_config)


def plan(repo_config: RepoConfig, repo_path: str | os.PathLike, skip_source_validation: bool = False) -> None:
    """Prints what applying the repo would do."""
    store = _open(repo_config, repo_path)
    objects = parse_repo(repo_path).objects()
    print(store._store.plan(objects, whole_project=True, skip_source_validation=skip_source_validation), end="")


def apply_total(repo_config: RepoConfig, repo_path: str | os.PathLike, skip_source_validation: bool = False) -> None:
    """Makes the project what the repo declares, and prints what changed."""
    store = _open(repo_config, repo_path)
    objects = parse_repo(repo_path).objects()
    print(store._store.apply(objects, whole_project=True, skip_source_validation=skip_source_validation), end="")


def teardown(repo_config: RepoConfig, repo_path: str | os.PathLike | None) -> None:
    """Removes the project's online tables and the registry."""
    _open(repo_config, repo_path or os.getcwd()).teardown()


def py_path_to_module(path: str | os.PathLike) -> str:
    """The dotted name of a .py file, as seen from the working folder."""
    relative = os.path.relpath(path)
    return relative[: -len(".py")].replace("./", "").replace(os.sep, ".")


def cli_check_repo(repo_path: str | os.PathLike, fs_yaml_file: str | os.PathLike) -> None:
    """Ends the program with code 1 when there is no configuration to work with."""
    if not Path(fs_yaml_file).is_file():
        print(
            f"Can't find feature repo configuration file at {fs_yaml_file}. Make sure you're running feast from an initialized "
            "feast repository."
        )
        sys.exit(1)


def registry_dump(repo_config: RepoConfig, repo_path: str | os.PathLike) -> str:
    """The project as one JSON document."""
    store = _open(repo_config, repo_path)
    return json.dumps(store.registry.to_dict(project=store.project), indent=2, sort_keys=True)


def init_repo(repo_name: str, template: str = "local", repo_path: str | None = None) -> None:
    """Makes a feature repo, as `feast init` does."""
    from feast._command import main

    place = ["--repo-path", repo_path] if repo_path else []
    code = main(["init", "-t", template, *place, repo_name])
    if code != 0:
        sys.exit(code)
