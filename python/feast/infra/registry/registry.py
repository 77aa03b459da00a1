"""The registry as an object of its own, for programs that look into several projects or apply objects one by one."""

from __future__ import annotations

from enum import Enum

from feast import _feast
from feast.errors import (
    FeatureViewNotFoundException,
    PermissionNotFoundException,
    ProjectNotFoundException,
    ProjectObjectNotFoundException,
    ValidationReferenceNotFound,
)

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from typing import Any


class FeastObjectType(Enum):
    PROJECT = "project"
    DATA_SOURCE = "data source"
    ENTITY = "entity"
    FEATURE_VIEW = "feature view"
    ON_DEMAND_FEATURE_VIEW = "on demand feature view"
    STREAM_FEATURE_VIEW = "stream feature view"
    LABEL_VIEW = "label view"
    FEATURE_SERVICE = "feature service"
    PERMISSION = "permission"


class Registry:
    """The registry of a configuration. Every method takes the project it is about; changes made with `commit=False` are published
    by `commit()`."""

    def __init__(self, project: str | None, registry_config: Any, repo_path: Any = None, auth_config: Any = None):
        path = getattr(registry_config, "path", registry_config)
        self._config = {
            "registry": registry_config if not isinstance(registry_config, str) else path,
            "repo_path": repo_path,
        }
        self._stores: dict[str, _feast.Store] = {}
        self._pending: dict[str, list] = {}
        self._base: _feast.RepoConfig | None = None
        self.project = project

    @classmethod
    def _of_store(cls, store: _feast.Store) -> Registry:
        registry = cls(store.project, store.config.registry, store.config.repo_path)
        registry._base = store.config
        registry._stores[store.project] = store
        return registry

    def _store(self, project: str | None) -> _feast.Store:
        project = project or self.project or "feast"
        store = self._stores.get(project)
        if store is None:
            if self._base is not None:
                config = _feast.copy_config(self._base)
                config.project = project
            else:
                config = _feast.RepoConfig(
                    project=project, provider="local", online_store=None, offline_store="file", **self._config
                )
            store = self._stores[project] = _feast.Store(config)
        return store

    # ---- Changing

    def _apply(self, item: Any, project: str | None, commit: bool) -> None:
        project = project or self.project or "feast"
        pending = self._pending.setdefault(project, [])
        pending.append(item)
        if commit:
            self._publish(project)

    def _publish(self, project: str) -> None:
        items = self._pending.pop(project, [])
        if items:
            # Whoever writes objects one by one need not write them in the order in which they use each other.
            self._store(project).apply(
                items,
                skip_source_validation=True,
                skip_feature_view_validation=True,
                references_may_be_missing=True,
            )

    def commit(self) -> None:
        for project in list(self._pending):
            self._publish(project)

    def apply_entity(self, entity, project, commit=True):
        self._apply(entity, project, commit)

    def apply_data_source(self, data_source, project, commit=True):
        self._apply(data_source, project, commit)

    def apply_feature_view(self, feature_view, project, commit=True, no_promote=False):
        self._apply(feature_view, project, commit)

    def apply_feature_service(self, feature_service, project, commit=True):
        self._apply(feature_service, project, commit)

    def apply_saved_dataset(self, saved_dataset, project, commit=True):
        self._apply(saved_dataset, project, commit)

    def apply_permission(self, permission, project, commit=True):
        self._apply(permission, project, commit)

    def apply_validation_reference(self, validation_reference, project, commit=True):
        self._apply(validation_reference, project, commit)

    def apply_project(self, project, commit=True):
        self._apply(project, project.name, commit)

    def _delete(self, item: Any, project: str) -> None:
        self._store(project).apply([], to_delete=[item], skip_source_validation=True)

    def delete_entity(self, name, project, commit=True):
        self._delete(self.get_entity(name, project), project)

    def delete_data_source(self, name, project, commit=True):
        self._delete(self.get_data_source(name, project), project)

    def delete_feature_view(self, name, project, commit=True):
        self._store(project).delete_feature_view(name)

    def delete_feature_service(self, name, project, commit=True):
        self._store(project).delete_feature_service(name)

    def delete_saved_dataset(self, name, project, commit=True):
        self._delete(self.get_saved_dataset(name, project), project)

    def delete_validation_reference(self, name, project, commit=True):
        self._delete(self.get_validation_reference(name, project), project)

    def delete_permission(self, name, project, commit=True):
        self._delete(self.get_permission(name, project), project)

    def delete_label_view(self, name, project, commit=True):
        self._delete(self.get_label_view(name, project), project)

    def delete_project(self, name, commit=True):
        """The project with all that it has; what of it the online store keeps too."""
        try:
            project = self.get_project(name)
        except ProjectObjectNotFoundException:
            raise ProjectNotFoundException(name) from None
        store = self._store(name)
        everything = [item for items in store.list(False, {}).values() for item in items]
        store.apply([], to_delete=[*everything, project], skip_source_validation=True)

    def refresh(self, project: str | None = None) -> None:
        self._store(project).refresh_registry()

    def teardown(self) -> None:
        self._store(None).teardown()

    # ---- Looking up

    def get_entity(self, name, project, allow_cache=False):
        return self._store(project).get_entity(name, allow_cache)

    def get_data_source(self, name, project, allow_cache=False):
        return self._store(project).get_data_source(name, allow_cache)

    def get_feature_view(self, name, project, allow_cache=False):
        return self._store(project).get_feature_view(name, allow_cache)

    def get_stream_feature_view(self, name, project, allow_cache=False):
        return self._store(project).get_stream_feature_view(name, allow_cache)

    def get_on_demand_feature_view(self, name, project, allow_cache=False):
        return self._store(project).get_on_demand_feature_view(name, allow_cache)

    def get_any_feature_view(self, name, project, allow_cache=False):
        for view in self.list_all_feature_views(project, allow_cache):
            if view.name == name:
                return view
        raise FeatureViewNotFoundException(name, project)

    def get_feature_service(self, name, project, allow_cache=False):
        return self._store(project).get_feature_service(name, allow_cache)

    def get_saved_dataset(self, name, project, allow_cache=False):
        return self._store(project).get_saved_dataset(name, allow_cache)

    def _find(self, kind: str, name: str, project: str, error: type) -> Any:
        for found in self._list(kind, project, False, None):
            if found.name == name:
                return found
        raise error(name, project)

    def get_label_view(self, name, project, allow_cache=False):
        return self._find("label_views", name, project, FeatureViewNotFoundException)

    def get_permission(self, name, project, allow_cache=False):
        return self._find("permissions", name, project, PermissionNotFoundException)

    def get_validation_reference(self, name, project, allow_cache=False):
        found = self._find("validation_references", name, project, ValidationReferenceNotFound)
        found._dataset = self.get_saved_dataset(found.dataset_name, project)
        return found

    def get_project_metadata(self, project, key=None):
        raise _later("get_project_metadata")

    def set_project_metadata(self, project, key, value):
        raise _later("set_project_metadata")

    def list_feature_view_versions(self, name, project):
        raise _later("list_feature_view_versions")

    def get_feature_view_by_version(self, name, project, version_number, allow_cache=False):
        raise _later("get_feature_view_by_version")

    def get_registry_lineage(self, *args, **kwargs):
        raise _later("get_registry_lineage")

    def get_object_relationships(self, *args, **kwargs):
        raise _later("get_object_relationships")

    def get_project(self, name, allow_cache=False):
        return self._store(name).get_project(name, allow_cache)

    def _list(self, kind: str, project: str, allow_cache: bool, tags: dict[str, str] | None) -> list:
        return self._store(project).list(allow_cache, tags or {})[kind]

    def list_entities(self, project, allow_cache=False, tags=None):
        return self._list("entities", project, allow_cache, tags)

    def list_data_sources(self, project, allow_cache=False, tags=None):
        return self._list("data_sources", project, allow_cache, tags)

    def list_feature_views(self, project, allow_cache=False, tags=None, skip_udf=False):
        return self._list("feature_views", project, allow_cache, tags)

    def list_stream_feature_views(self, project, allow_cache=False, tags=None, skip_udf=False):
        return self._list("stream_feature_views", project, allow_cache, tags)

    def list_on_demand_feature_views(self, project, allow_cache=False, tags=None, skip_udf=False):
        return self._list("on_demand_feature_views", project, allow_cache, tags)

    def list_all_feature_views(self, project, allow_cache=False, tags=None, skip_udf=False, updated_since=None):
        kinds = self._store(project).list(allow_cache, tags or {})
        return kinds["feature_views"] + kinds["stream_feature_views"] + kinds["on_demand_feature_views"]

    def list_feature_services(self, project, allow_cache=False, tags=None):
        return self._list("feature_services", project, allow_cache, tags)

    def list_saved_datasets(self, project, allow_cache=False, tags=None, namespace=None, collection=None):
        return [
            dataset
            for dataset in self._list("saved_datasets", project, allow_cache, tags)
            if namespace in (None, dataset.namespace) and collection in (None, dataset.collection)
        ]

    def list_projects(self, allow_cache=False, tags=None):
        return self._store(None).list_projects(allow_cache, tags or {})

    def list_label_views(self, project, allow_cache=False, tags=None):
        return self._list("label_views", project, allow_cache, None)

    def list_permissions(self, project, allow_cache=False, tags=None):
        return self._list("permissions", project, allow_cache, None)

    def list_validation_references(self, project, allow_cache=False, tags=None):
        return self._list("validation_references", project, allow_cache, None)

    def list_project_metadata(self, project, allow_cache=False):
        """[ProjectMetadata] of the project; empty when the registry has none."""
        from feast.project_metadata import ProjectMetadata

        return [
            ProjectMetadata(project_name=each.project, project_uuid=each.project_uuid)
            for each in self.proto().project_metadata
            if each.project == project
        ]

    @property
    def cached_registry_proto(self):
        """The registry as a feast.core.Registry message."""
        return self.proto()

    def get_infra(self, project, allow_cache=False):
        """What stores keep for the projects, as the registry records it."""
        from feast.infra.infra_object import Infra

        return Infra.from_proto(self.proto().infra)

    def update_infra(self, infra, project, commit=True):
        raise _later("update_infra")

    def apply_materialization(self, feature_view, project, start_date, end_date, commit=True):
        raise _later("apply_materialization")

    def apply_user_metadata(self, project, feature_view, metadata_bytes):
        raise _later("apply_user_metadata")

    def get_user_metadata(self, project, feature_view):
        raise _later("get_user_metadata")

    def proto(self):
        """The registry as a feast.core.Registry message."""
        return self._store(None).registry_proto()

    def to_dict(self, project: str) -> dict[str, list]:
        """What a project has, as plain values under Feast's keys; function bodies are left out."""
        import json

        store = self._store(project)
        lists = store.list()
        result: dict[str, list] = {
            "project": [json.loads(str(item)) for item in store.list_projects() if item.name == project],
            "dataSources": _plain(lists["data_sources"]),
            "entities": _plain(lists["entities"]),
            "featureViews": _plain(lists["feature_views"]),
            "onDemandFeatureViews": _plain(lists["on_demand_feature_views"]),
            "streamFeatureViews": _plain(lists["stream_feature_views"]),
            "featureServices": _plain(lists["feature_services"]),
            "savedDatasets": _plain(lists["saved_datasets"]),
        }
        for view in result["onDemandFeatureViews"] + result["streamFeatureViews"]:
            spec = view.get("spec", {})
            for holder in (spec, spec.get("featureTransformation", {})):
                holder.get("userDefinedFunction", {}).pop("body", None)
        return {kind: items for kind, items in result.items() if items}


def _later(what: str) -> Exception:
    from feast.errors import FeastNotImplementedError

    return FeastNotImplementedError(f"Registry.{what} is not in this version.")


def _plain(items: list) -> list:
    import json

    return sorted((json.loads(str(item)) for item in items), key=lambda item: item.get("spec", item).get("name", ""))
