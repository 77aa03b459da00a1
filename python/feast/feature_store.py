"""The feature store as Python programs use it; the engine is C++."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cached_property

from feast import _feast
from feast._feast import (
    BaseFeatureView,
    DataSource,
    Entity,
    FeatureService,
    FeatureView,
    OnDemandFeatureView,
    Project,
    RepoConfig,
    SavedDataset,
    StreamFeatureView,
)
from feast.constants import FEAST_FS_YAML_FILE_PATH_ENV_NAME, FEATURE_STORE_YAML_ENV_NAME
from feast.errors import (
    FeastNotImplementedError,
    FeatureViewNotFoundException,
    InvalidFeaturesParameterType,
    PermissionNotFoundException,
    PushSourceNotFoundException,
    ValidationReferenceNotFound,
)
from feast.infra.offline_stores.offline_store import RetrievalJob
from feast.infra.registry.registry import Registry
from feast.repo_config import load_repo_config
from feast.version import get_version

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from feast.online_response import OnlineResponse

__all__ = ["FeatureStore"]


def _later(what: str):
    """A method of Feast's that this version does not have."""

    def method(self, *args, **kwargs):
        raise FeastNotImplementedError(f"FeatureStore.{what} is not in this version.")

    method.__name__ = method.__qualname__ = what
    return method


def _shown(view: FeatureView) -> FeatureView:
    """A view without entities has none, although the registry stores it with the entity of all such views."""
    from feast.feature_view import DUMMY_ENTITY_NAME

    if list(view.entities) == [DUMMY_ENTITY_NAME]:
        view.entities = []
    return view


def _listed(view: FeatureView) -> FeatureView:
    """In lists the column of that entity is left out too, as Feast does it."""
    from feast.feature_view import DUMMY_ENTITY_ID

    if not _shown(view).entities:
        view.entity_columns = [column for column in view.entity_columns if column.name != DUMMY_ENTITY_ID]
    return view


def _command(method: str) -> str:
    """What the registry's history says was run: the method, and the script that called it."""
    import sys

    script = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] not in ("", "-c", "-m") else ""
    return f"FeatureStore.{method}" + (f" in {script}" if script else "")


# Of all stores: a server that is asked about projects sets it for each request.
_current_project: ContextVar[str | None] = ContextVar("feast_project", default=None)


class _Done:
    """Awaited or not, it is done."""

    def __await__(self):
        return iter(())


class FeatureStore:
    """A feature store: definitions are applied to its registry, and features are retrieved by their names.

    It is opened on a feature repo (`repo_path`, by default the working directory), on a `feature_store.yaml` anywhere
    (`fs_yaml_file`), or on a RepoConfig made in code (`config`).
    """

    def __init__(
        self,
        repo_path: str | os.PathLike | None = None,
        config: RepoConfig | None = None,
        fs_yaml_file: str | os.PathLike | None = None,
        embedding_provider: Any = None,
    ):
        if repo_path is not None and config is not None:
            raise ValueError(
                "FeatureStore() takes repo_path or config, not both. Set config.repo_path if the config needs a folder."
            )
        if fs_yaml_file is not None and config is not None:
            raise ValueError("FeatureStore() takes fs_yaml_file or config, not both.")
        if embedding_provider is not None:
            raise FeastNotImplementedError("embedding_provider is not in this version.")
        self.config = config if config is not None else _load_config(repo_path, fs_yaml_file)
        self._repo_folder = self.config.repo_path or os.getcwd()
        self._own_store = _feast.Store(self.config)
        self._stores: dict[str, _feast.Store] = {}
        self._registry: Registry | None = None
        self._provider: Any = None

    def __repr__(self) -> str:
        return f"FeatureStore(project={self.project!r}, registry={self._store.registry_location!r})"

    @cached_property
    def repo_path(self) -> Path:
        from pathlib import Path

        return Path(self._repo_folder)

    @property
    def _store(self) -> _feast.Store:
        """The engine, for the project of the current context."""
        project = _current_project.get()
        if project is None or project == self._own_store.project:
            return self._own_store
        if project not in self._stores:
            config = _feast.copy_config(self.config)
            config.project = project
            self._stores[project] = _feast.Store(config)
        return self._stores[project]

    @property
    def project(self) -> str:
        return self._store.project

    def set_current_project(self, project: str | None) -> Any:
        """From now on calls in this context (thread or task) are about `project`; None for that of the configuration. The token
        that it returns is for reset_current_project."""
        return _current_project.set(project)

    def reset_current_project(self, token: Any) -> None:
        """Back to the project from before the set_current_project that gave the token."""
        _current_project.reset(token)

    @property
    def registry(self) -> Registry:
        """The registry as an object, for programs that look into several projects."""
        if self._registry is None:
            self._registry = Registry._of_store(self._store)
        return self._registry

    def _get_provider(self) -> Any:
        """The provider of the configuration, whose stores can be called."""
        if self._provider is None:
            from feast.infra.provider import get_provider

            self._provider = get_provider(self.config)
        return self._provider

    @property
    def provider(self) -> Any:
        return self._get_provider()

    def version(self) -> str:
        return get_version()

    async def initialize(self) -> None:
        """Nothing has to be opened before the first call; for programs written for Feast."""

    def close(self) -> _Done:
        """Nothing is kept open; for programs written for Feast, which may await it."""
        return _Done()

    # ---- Authoring

    def apply(
        self,
        objects: Any,
        objects_to_delete: list | None = None,
        partial: bool = True,
        skip_feature_view_validation: bool = False,
        *,
        allow_breaking: bool = True,
        project_confirm: str = "",
        no_promote: bool = False,
    ) -> None:
        """Publishes definitions to the registry, in one step, and prepares the online store. What else the registry has stays;
        with `partial=False`, `objects_to_delete` are removed.

        With `allow_breaking=False`, changes that break what feature services depend on are refused, as `feast apply` refuses
        them. A protected project wants its name as `project_confirm` (or in FEAST_PROJECT_CONFIRM)."""
        if no_promote and any(isinstance(item, BaseFeatureView) for item in _as_list(objects)):
            raise FeastNotImplementedError(
                "apply(no_promote=True) is not in this version, which keeps no versions of feature views; leave it out."
            )
        to_delete = [] if partial else list(objects_to_delete or [])
        self._store.apply(
            _as_list(objects),
            to_delete=to_delete,
            skip_feature_view_validation=skip_feature_view_validation,
            allow_breaking=allow_breaking,
            project_confirm=project_confirm,
            command=_command("apply"),
        )

    def plan(self, desired_repo_contents: Any, skip_feature_view_validation: bool = False, progress_ctx: Any = None):
        """What applying a whole repo would do: (RegistryDiff, InfraDiff, the plan both are views of). Changes nothing."""
        from feast.diff.infra_diff import InfraDiff
        from feast.diff.registry_diff import RegistryDiff

        contents = desired_repo_contents
        objects = contents.objects() if hasattr(contents, "objects") else _as_list(contents)
        plan = self._store.plan(objects, whole_project=True, skip_feature_view_validation=skip_feature_view_validation)
        return RegistryDiff(plan), InfraDiff(plan), plan

    def teardown(self, *, project_confirm: str = "") -> None:
        """Removes the project's online tables and the registry; its history stays."""
        self._store.teardown(project_confirm=project_confirm, command=_command("teardown"))

    def delete_feature_view(self, name: str, *, project_confirm: str = "") -> None:
        self._store.delete_feature_view(name, project_confirm=project_confirm, command=_command("delete_feature_view"))

    def delete_feature_service(self, name: str, *, project_confirm: str = "") -> None:
        self._store.delete_feature_service(
            name, project_confirm=project_confirm, command=_command("delete_feature_service")
        )

    def delete_project(self, name: str, commit: bool = True) -> None:
        """Removes a project and all that it has from the registry, and its online tables."""
        self.registry.delete_project(name, commit)

    def refresh_registry(self) -> None:
        """Reads the registry anew, whatever the age of the cached one."""
        self._store.refresh_registry()

    # ---- Looking up

    def get_entity(self, name: str, allow_registry_cache: bool = False) -> Entity:
        return self._store.get_entity(name, allow_registry_cache)

    def get_data_source(self, name: str) -> DataSource:
        return self._store.get_data_source(name, False)

    def get_feature_view(self, name: str, allow_registry_cache: bool = False) -> FeatureView:
        return _shown(self._store.get_feature_view(name, allow_registry_cache))

    def get_stream_feature_view(self, name: str, allow_registry_cache: bool = False) -> StreamFeatureView:
        return _shown(self._store.get_stream_feature_view(name, allow_registry_cache))

    def get_on_demand_feature_view(self, name: str, allow_registry_cache: bool = False) -> OnDemandFeatureView:
        return self._store.get_on_demand_feature_view(name, allow_registry_cache)

    def get_feature_service(self, name: str, allow_cache: bool = False) -> FeatureService:
        return self._store.get_feature_service(name, allow_cache)

    def get_project(self, name: str | None = None) -> Project:
        return self._store.get_project(name or self.project, False)

    def list_entities(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list[Entity]:
        return self._list("entities", allow_cache, tags)

    def list_data_sources(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list[DataSource]:
        return self._list("data_sources", allow_cache, tags)

    def list_feature_views(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list[FeatureView]:
        return [_listed(view) for view in self._list("feature_views", allow_cache, tags)]

    def list_batch_feature_views(
        self, allow_cache: bool = False, tags: dict[str, str] | None = None
    ) -> list[FeatureView]:
        return [_listed(view) for view in self._list("feature_views", allow_cache, tags)]

    def list_stream_feature_views(
        self, allow_cache: bool = False, tags: dict[str, str] | None = None
    ) -> list[StreamFeatureView]:
        return [_listed(view) for view in self._list("stream_feature_views", allow_cache, tags)]

    def list_on_demand_feature_views(
        self, allow_cache: bool = False, tags: dict[str, str] | None = None
    ) -> list[OnDemandFeatureView]:
        return self._list("on_demand_feature_views", allow_cache, tags)

    def list_all_feature_views(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list:
        kinds = self._store.list(bool(allow_cache), tags or {})
        kept = [_listed(view) for view in kinds["feature_views"] + kinds["stream_feature_views"]]
        return kept + kinds["on_demand_feature_views"]

    def list_feature_services(
        self, allow_cache: bool = False, tags: dict[str, str] | None = None
    ) -> list[FeatureService]:
        return self._list("feature_services", allow_cache, tags)

    def list_saved_datasets(
        self,
        allow_cache: bool = False,
        tags: dict[str, str] | None = None,
        namespace: str | None = None,
        collection: str | None = None,
    ) -> list[SavedDataset]:
        return self.registry.list_saved_datasets(self.project, allow_cache, tags, namespace, collection)

    def list_projects(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list[Project]:
        return self._store.list_projects(bool(allow_cache), tags or {})

    def list_label_views(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list:
        return self._list("label_views", allow_cache, tags)

    def list_permissions(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list:
        return self._list("permissions", allow_cache, tags)

    def list_validation_references(self, allow_cache: bool = False, tags: dict[str, str] | None = None) -> list:
        return self._list("validation_references", allow_cache, tags)

    def get_label_view(self, name: str, allow_registry_cache: bool = False) -> Any:
        return self._find("label_views", name, FeatureViewNotFoundException)

    def get_permission(self, name: str) -> Any:
        return self._find("permissions", name, PermissionNotFoundException)

    def get_validation_reference(self, name: str, allow_cache: bool = False) -> Any:
        found = self._find("validation_references", name, ValidationReferenceNotFound)
        found._dataset = self.get_saved_dataset(found.dataset_name)
        return found

    def _find(self, kind: str, name: str, error: type) -> Any:
        for found in self._list(kind, False, None):
            if found.name == name:
                return found
        raise error(name, self.project)

    def _list(self, kind: str, allow_cache: bool, tags: dict[str, str] | None) -> list:
        from feast.utils import has_all_tags

        found = self._store.list(bool(allow_cache), tags or {})[kind]
        # The engine looks at the tags of what it interprets.
        carried = kind in ("label_views", "permissions", "validation_references")
        return [item for item in found if has_all_tags(item.tags, tags)] if carried else found

    # ---- Retrieval

    def get_historical_features(
        self,
        entity_df: Any = None,
        features: list[str] | FeatureService = (),
        full_feature_names: bool = False,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        filter_by_created_timestamp: bool = False,
        feature_refs: list[str] | None = None,
    ) -> RetrievalJob:
        """The features as they were known at the time of each row of `entity_df`: a pandas or Polars DataFrame, an Arrow table, or
        the path of a Parquet file, with the join keys and `event_timestamp`. Without `entity_df`, every entity seen between
        `start_date` and `end_date`. Nothing is read until the job's output is asked for."""
        if feature_refs is not None:
            import warnings

            warnings.warn(
                "The argument 'feature_refs' is an old spelling; use 'features'.", DeprecationWarning, stacklevel=2
            )
            features = features or feature_refs
        if entity_df is not None and (start_date is not None or end_date is not None):
            raise ValueError("get_historical_features takes entity_df, or start_date and end_date, not both.")
        service = features if isinstance(features, FeatureService) else None
        if service is None and not _is_text_list(features):
            raise InvalidFeaturesParameterType(features)
        from feast._dataframes import run_with_rows

        names = [] if service is not None else list(features)
        return run_with_rows(
            entity_df,
            lambda rows: self._store.get_historical_features(
                rows,
                names,
                service,
                full_feature_names,
                start_date,
                end_date,
                filter_by_created_timestamp,
                entity_df,
            ),
        )

    def create_saved_dataset(
        self,
        from_: RetrievalJob,
        name: str,
        storage: Any,
        tags: dict[str, str] | None = None,
        feature_service: FeatureService | None = None,
        allow_overwrite: bool = False,
    ) -> SavedDataset:
        """Runs the job, writes its rows to `storage` and registers them under `name`."""
        if not isinstance(from_, RetrievalJob):
            raise ValueError(  # noqa: TRY004 - Feast raises this class
                f"create_saved_dataset takes the job that get_historical_features returns, but got {type(from_).__name__}."
            )
        dataset = SavedDataset(
            name=name,
            features=from_.metadata.features,
            join_keys=from_.metadata.keys,
            storage=storage,
            full_feature_names=from_.full_feature_names,
            tags=tags,
            feature_service_name=feature_service.name if feature_service is not None else None,
        )
        if isinstance(from_, _feast.RetrievalJob):
            saved = self._store.create_saved_dataset(from_, dataset, allow_overwrite)
        else:
            # The job of a store of the user's own writes its rows itself.
            from_.persist(storage=storage, allow_overwrite=allow_overwrite)
            Registry(self.project, self.config.registry, self.repo_path).apply_saved_dataset(dataset, self.project)
            saved = self._store.get_saved_dataset(name, False)
        return saved.with_retrieval_job(self._store.read_saved_dataset(saved))

    def get_saved_dataset(self, name: str) -> SavedDataset:
        dataset = self._store.get_saved_dataset(name, False)
        return dataset.with_retrieval_job(self._store.read_saved_dataset(dataset))

    def create_dataset_from_retrieval(
        self,
        name: str,
        entity_df: Any,
        features: list[str] | FeatureService,
        storage: Any,
        tags: dict[str, str] | None = None,
        allow_overwrite: bool = False,
    ) -> SavedDataset:
        """get_historical_features and create_saved_dataset in one call."""
        job = self.get_historical_features(entity_df=entity_df, features=features)
        service = features if isinstance(features, FeatureService) else None
        return self.create_saved_dataset(job, name, storage, tags, service, allow_overwrite)

    def retrieve_dataset_data(self, name: str, limit: int = 10):
        """The first rows of a saved dataset as a DataFrame."""
        return self.get_saved_dataset(name).to_df().head(limit)

    # ---- Online

    def materialize(
        self,
        start_date: datetime,
        end_date: datetime,
        feature_views: list[str] | None = None,
        disable_event_timestamp: bool = False,
        full_feature_names: bool = False,
        version: str | None = None,
        force: bool = False,
        run_async: bool = False,
    ) -> None:
        """Moves the latest row of each key with an event between `start_date` and `end_date` (both inclusive) to the online store,
        for the named views or for all that are online, and records the interval. Naive times are UTC.

        With `disable_event_timestamp`, the latest row of each key whatever its time, served as of now."""
        if start_date > end_date:
            raise ValueError(f"The given start_date {start_date} is greater than the given end_date {end_date}.")
        self._materialize(feature_views, start_date, end_date, disable_event_timestamp)

    def materialize_incremental(
        self,
        end_date: datetime,
        feature_views: list[str] | None = None,
        full_feature_names: bool = False,
        version: str | None = None,
        force: bool = False,
        run_async: bool = False,
    ) -> None:
        """The same from where each view's last interval ended; a view that was never materialized starts its TTL ago."""
        self._materialize(feature_views, None, end_date, False)

    def _materialize(self, views: list[str] | None, start: datetime | None, end: datetime, any_time: bool) -> None:
        headline, planned = self._store.plan_materialization(list(views or []), start, end, any_time)
        print(headline)
        for interval, line in planned:
            print(line)
            if not interval.is_behind:
                print(self._store.materialize(interval))

    def verify_online(self, feature_views: list[str] | None = None, sample: int = 1000) -> list:
        """Compares what is served online with what the offline store says for the same keys, as of the end of what was last
        materialized: `sample` keys of each view, or all for 0.

        Returns an object for each view: `view`, `agrees`, `features` ({name: (agreeing, differing)}), `keys`, `keys_missing` (not
        online) and `keys_newer` (pushed since, not compared); as text it shows the first few values that differ."""
        return self._store.verify_online(list(feature_views or []), sample)

    def get_online_features(
        self,
        features: list[str] | FeatureService,
        entity_rows: Any,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """The newest values of the features for each entity row: a list of dicts, a dict of lists, a DataFrame or an Arrow table with
        join keys and request data. What the store does not have is None."""
        from feast.online_response import OnlineResponse

        service = features.name if isinstance(features, FeatureService) else ""
        if not service and not _is_text_list(features):
            raise InvalidFeaturesParameterType(features)
        if not isinstance(entity_rows, (list, dict)) and not hasattr(entity_rows, "__arrow_c_stream__"):
            raise TypeError(
                "entity_rows must be a list of dicts, a dict of lists, a DataFrame or an Arrow table, not "
                f"{type(entity_rows).__name__}."
            )
        names = [] if service else list(features)
        answer = self._store.answer_rows(entity_rows, names, service, full_feature_names)
        if answer is None:
            from feast._dataframes import entity_rows as as_table

            rows = as_table(_columns(entity_rows) if isinstance(entity_rows, list) else entity_rows)
            answer = self._store.answer_table(rows, names, service, full_feature_names)
        return OnlineResponse._of(answer)

    async def get_online_features_async(
        self,
        features: list[str] | FeatureService,
        entity_rows: Any,
        full_feature_names: bool = False,
        include_feature_view_version_metadata: bool = False,
    ) -> OnlineResponse:
        """get_online_features in another thread, so that the event loop goes on."""
        import asyncio

        return await asyncio.to_thread(self.get_online_features, features, entity_rows, full_feature_names)

    def write_to_online_store(
        self,
        feature_view_name: str,
        df: Any = None,
        inputs: dict[str, list] | Any = None,
        allow_registry_cache: bool = True,
        transform_on_write: bool = True,
    ) -> None:
        """Writes rows with the view's join keys, features and event timestamps; what is older than what is there stays out."""
        from feast._dataframes import entity_rows as as_table
        from feast._written_values import as_stored

        if (df is None) == (inputs is None):
            raise ValueError("write_to_online_store takes df or inputs, one of them.")
        rows = as_stored(
            df if df is not None else inputs, lambda: self._types_of(feature_view_name, allow_registry_cache)
        )
        self._store.write_to_online_store(feature_view_name, as_table(rows))

    def _types_of(self, view: str, allow_cache: bool) -> dict[str, str]:
        """The names of the value types of a view's features."""
        views = [each for each in self.list_all_feature_views(allow_cache) if each.name == view]
        return {field.name: field.dtype.to_value_type().name for each in views for field in each.features}

    async def write_to_online_store_async(
        self,
        feature_view_name: str,
        df: Any = None,
        inputs: dict[str, list] | Any = None,
        allow_registry_cache: bool = True,
    ) -> None:
        """write_to_online_store in another thread, so that the event loop goes on."""
        import asyncio

        await asyncio.to_thread(self.write_to_online_store, feature_view_name, df, inputs, allow_registry_cache)

    def push(
        self,
        push_source_name: str,
        df: Any,
        allow_registry_cache: bool = True,
        to: Any = None,
        transform_on_write: bool = True,
    ) -> None:
        """Writes rows to the online store (`to=PushMode.ONLINE`, what is done by itself), to the files of the batch sources
        (`OFFLINE`, see write_to_offline_store) or to both, for every view with this push source."""
        from feast.data_source import PushMode

        to = PushMode.ONLINE if to is None else to
        views = [view for view in self.list_all_feature_views(allow_registry_cache) if _pushes(view, push_source_name)]
        if not views:
            raise PushSourceNotFoundException(push_source_name)
        # What the files refuse is not served either.
        if to in (PushMode.OFFLINE, PushMode.ONLINE_AND_OFFLINE):
            for view in views:
                self.write_to_offline_store(view.name, df, allow_registry_cache)
        if to in (PushMode.ONLINE, PushMode.ONLINE_AND_OFFLINE):
            for view in views:
                self.write_to_online_store(view.name, df)

    async def push_async(
        self,
        push_source_name: str,
        df: Any,
        allow_registry_cache: bool = True,
        to: Any = None,
        transform_on_write: bool = True,
    ) -> None:
        """push in another thread, so that the event loop goes on."""
        import asyncio

        await asyncio.to_thread(self.push, push_source_name, df, allow_registry_cache, to)

    def write_to_offline_store(
        self,
        feature_view_name: str,
        df: Any,
        allow_registry_cache: bool = True,
        reorder_columns: bool = True,
    ) -> None:
        """Adds rows to the Parquet file of the view's batch source, all or none. They have the file's columns and no others:
        ValueError otherwise, also where a value does not fit. Other sources are a FeastNotImplementedError."""
        from feast._offline_writes import append_rows

        try:
            view = self.get_feature_view(feature_view_name, allow_registry_cache)
        except FeatureViewNotFoundException:
            view = self.get_stream_feature_view(feature_view_name, allow_registry_cache)
        append_rows(view, df, str(self.repo_path), reorder_columns)

    def serve(
        self,
        host: str,
        port: int,
        type_: str = "http",
        no_access_log: bool = True,
        workers: int = 1,
        worker_connections: int = 1000,
        max_requests: int = 1000,
        max_requests_jitter: int = 50,
        metrics: bool = False,
        keep_alive_timeout: int = 30,
        tls_key_path: str = "",
        tls_cert_path: str = "",
        registry_ttl_sec: int = 60,
    ) -> None:
        """Serves online features over HTTP until Ctrl-C or SIGTERM, as `feast serve` does."""
        import signal
        import threading

        if type_ != "http":
            raise ValueError(f"serve knows the type 'http' alone, not {type_!r}.")
        server = self._store.start_server(
            host,
            port,
            no_access_log,
            max(workers, 0),
            keep_alive_timeout,
            registry_ttl_sec,
            tls_key_path,
            tls_cert_path,
            8000 if metrics else 0,
        )
        ended = threading.Event()
        former = None
        if threading.current_thread() is threading.main_thread():
            former = signal.signal(signal.SIGTERM, lambda *_: ended.set())
        try:
            ended.wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.stop(30.0)
            if former is not None:
                signal.signal(signal.SIGTERM, former)

    # ---- Later

    write_logged_features = _later("write_logged_features")
    validate_logged_features = _later("validate_logged_features")
    retrieve_online_documents = _later("retrieve_online_documents")
    retrieve_online_documents_v2 = _later("retrieve_online_documents_v2")
    serve_ui = _later("serve_ui")
    serve_registry = _later("serve_registry")
    serve_offline = _later("serve_offline")
    serve_transformations = _later("serve_transformations")
    list_feature_view_versions = _later("list_feature_view_versions")
    enable_feature_view = _later("enable_feature_view")
    disable_feature_view = _later("disable_feature_view")
    set_feature_view_state = _later("set_feature_view_state")
    update_online_store = _later("update_online_store")
    precompute_feature_service = _later("precompute_feature_service")
    openai_search = _later("openai_search")
    get_feature_server_endpoint = _later("get_feature_server_endpoint")


def _load_config(repo_path: str | os.PathLike | None, fs_yaml_file: str | os.PathLike | None) -> RepoConfig:
    from pathlib import Path

    if fs_yaml_file is None and repo_path is None:
        encoded = os.environ.get(FEATURE_STORE_YAML_ENV_NAME)
        if encoded:
            import base64

            return RepoConfig.parse(base64.b64decode(encoded).decode(), FEATURE_STORE_YAML_ENV_NAME, os.getcwd())
        fs_yaml_file = os.environ.get(FEAST_FS_YAML_FILE_PATH_ENV_NAME)
    if fs_yaml_file is not None:
        folder = Path(repo_path) if repo_path is not None else Path(fs_yaml_file).absolute().parent
        return load_repo_config(folder, fs_yaml_file)
    return load_repo_config(Path(repo_path if repo_path is not None else os.getcwd()))


def _columns(rows: list[dict]) -> dict[str, list]:
    """{column: values} of a list of rows, which all have the same columns."""
    if rows and not any(rows):
        # Of views without entities; a table without columns has no rows.
        return {"__dummy_id": [""] * len(rows)}
    columns: dict[str, list] = {name: [] for name in rows[0]} if rows else {}
    for number, row in enumerate(rows):
        if row.keys() != columns.keys():
            raise ValueError(
                f"Entity row {number} has the columns {', '.join(map(repr, row))}, and the first one "
                f"{', '.join(map(repr, columns))}. Give all rows the same."
            )
        for name, value in row.items():
            columns[name].append(value)
    return columns


def _pushes(view: Any, source_name: str) -> bool:
    source = getattr(view, "stream_source", None)
    return type(source).__name__ == "PushSource" and source.name == source_name


def _as_list(objects: Any) -> list:
    return (
        list(objects)
        if isinstance(objects, Iterable) and not isinstance(objects, _feast.BaseFeatureView)
        else [objects]
    )


def _is_text_list(features: Any) -> bool:
    return isinstance(features, (list, tuple)) and all(isinstance(feature, str) for feature in features)
