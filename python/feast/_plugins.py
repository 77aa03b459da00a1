"""Stores, registries, providers and data sources of the user's own, between the engine and the classes written for Feast.

The adapters are what the engine calls (python/src/stores/python_offline_store.cc and python_stores.cc); here their calls get the arguments
that Feast's classes take.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from feast import _feast
from feast.errors import FeastConfigError, FeastError, FeastModuleImportError, FeastNotImplementedError
from feast.importer import import_class

# ---- Finding classes


def load_class(path: str, base: str, config: Any) -> type:
    """The class of a configuration. The repo's own modules can be named, as in Feast: its folder is appended to sys.path."""
    allow_classes(config)
    folder = str(Path(config.repo_path).resolve()) if config.repo_path else None
    if folder and folder not in sys.path:
        sys.path.append(folder)
    module, _, name = path.rpartition(".")
    try:
        return import_class(module, name, base)
    except FeastError as error:
        error._is_complete = True
        raise


def store_config(config: Any, type_path: str, options: dict[str, Any]) -> Any:
    """The options of a store of the user's own as an instance of its config class, `<class>Config` in the same module."""
    found = load_class(type_path + "Config", "", config)
    try:
        return found(**{"type": type_path, **options})
    except (ValueError, TypeError) as error:  # pydantic's ValidationError is a ValueError
        raised = FeastConfigError.from_message(
            f"The options of '{type_path}' in feature_store.yaml are not what its class {found.__name__} takes: {error}"
        )
        raised._is_complete = True
        raise raised from error


_BUILT_IN_OFFLINE = {
    "file": "feast.infra.offline_stores.file.FileOfflineStore",
    "dask": "feast.infra.offline_stores.dask.DaskOfflineStore",
    "duckdb": "feast.infra.offline_stores.duckdb.DuckDBOfflineStore",
}
_NATIVE_ONLINE = "feast.infra.online_stores.native.NativeOnlineStore"
_BUILT_IN_ONLINE = {
    "sqlite": "feast.infra.online_stores.sqlite.SqliteOnlineStore",
    "dynamodb": _NATIVE_ONLINE,
    "postgres": _NATIVE_ONLINE,
    "redis": _NATIVE_ONLINE,
}


def offline_store(config: Any) -> Any:
    """An instance of the class behind `offline_store:` of a RepoConfig, built in or not."""
    kind = config.model_dump()["offline_store"]["type"]
    if kind not in _BUILT_IN_OFFLINE and not kind.endswith("OfflineStore"):
        raise FeastNotImplementedError(f"This version has no offline store of type '{kind}' for Python classes to use.")
    return load_class(_BUILT_IN_OFFLINE.get(kind, kind), "OfflineStore", config)()


def online_store(config: Any) -> Any:
    """The same for `online_store:`; None for `online_store: null`."""
    block = config.model_dump()["online_store"]
    if block is None:
        return None
    kind = block["type"]
    if kind not in _BUILT_IN_ONLINE and not kind.endswith("OnlineStore"):
        raise FeastNotImplementedError(f"This version has no online store of type '{kind}' for Python classes to use.")
    return load_class(_BUILT_IN_ONLINE.get(kind, kind), "OnlineStore", config)()


def provider(config: Any) -> Any:
    found = load_class(config.provider, "Provider", config)
    # Up to 0.22 a provider was made with the repo's path too.
    parameters = list(inspect.signature(found.__init__).parameters.values())[1:]
    required = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return found(config, config.repo_path) if len(required) == 2 else found(config)


# ---- What the engine calls


def _registry(config: Any) -> Any:
    from feast.infra.registry.registry import Registry

    return Registry(config.project, config.registry, config.repo_path)


def _without_empty(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


class OfflineStoreAdapter:
    def __init__(self, config: Any):
        self._config = config
        self._store = offline_store(config)
        config.offline_store  # its options are checked now, not at the first use

    @cached_property
    def _registry(self) -> Any:
        return _registry(self._config)

    def source_columns(self, source: Any) -> list[tuple[str, Any]] | None:
        return self._source_columns(self._store, source)

    def _source_columns(self, store: Any, source: Any) -> list[tuple[str, Any]] | None:
        try:
            store.validate_data_source(self._config, source)
            columns = list(store.get_table_column_names_and_types_from_data_source(self._config, source))
        except NotImplementedError:
            return None
        value_type = source.source_datatype_to_feast_value_type()
        return [(name, value_type(raw)) for name, raw in columns]

    def historical(
        self,
        views: list,
        references: list[str],
        entity_df: Any,
        full_feature_names: bool,
        start: datetime | None,
        end: datetime | None,
        filter_by_created: bool,
    ) -> Any:
        more = _without_empty(start_date=start, end_date=end) if entity_df is None else {}
        if filter_by_created:
            _check_filter(self._offline_store)
            more["filter_by_created_timestamp"] = True
        job = self._historical(views, references, _as_pandas(entity_df), full_feature_names, more)
        if job is None:
            raise ValueError("get_historical_features() returned no RetrievalJob.")
        try:
            job._feast_config = self._config
        except AttributeError:  # a job with __slots__
            pass
        return job

    @property
    def _offline_store(self) -> Any:
        return self._store

    def _historical(self, views: list, references: list[str], entity_df: Any, full: bool, more: dict) -> Any:
        return self._store.get_historical_features(
            config=self._config,
            feature_views=views,
            feature_refs=references,
            entity_df=entity_df,
            registry=self._registry,
            project=self._config.project,
            full_feature_names=full,
            **more,
        )

    def pull_all(
        self, source: Any, columns: list[str], timestamp: str, start: datetime | None, end: datetime | None
    ) -> Any:
        store = self._offline_store
        timestamp = timestamp or "event_timestamp"
        if not columns:
            known = store.get_table_column_names_and_types_from_data_source(self._config, source)
            columns = [name for name, _ in known if name != timestamp]
        return store.pull_all_from_table_or_query(
            config=self._config,
            data_source=source,
            join_key_columns=[],
            feature_name_columns=columns,
            timestamp_field=timestamp,
            **_without_empty(start_date=start, end_date=end),
        )


def _check_filter(store: Any) -> None:
    if not getattr(store, "supports_filter_by_created_timestamp", False):
        raise NotImplementedError(f"filter_by_created_timestamp is not supported by {type(store).__name__}")


def _as_pandas(entity_df: Any) -> Any:
    """Entity rows as Feast hands them on: a DataFrame or text."""
    if entity_df is None or isinstance(entity_df, str):
        return entity_df
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(entity_df, pandas.DataFrame):
        return entity_df
    import pyarrow

    from feast._dataframes import to_pandas

    return to_pandas(pyarrow.table(entity_df))


class _RowsAdapter:
    """Rows of the online store for what writes and reads them in Feast's way: a store, or a provider in its place."""

    _config: Any

    @property
    def _rows(self) -> Any:
        raise NotImplementedError

    def write(self, view: Any, features: list[str], keys: list, columns: list, times: list, created: list) -> None:
        value = _message("feast.protos.feast.types.Value_pb2", "Value")
        data = []
        for row, key in enumerate(self._entity_keys(view, keys)):
            values = {name: value(column[row]) for name, column in zip(features, columns)}
            data.append((key, values, moment_of(times[row]), moment_of(created[row])))
        self._rows.online_write_batch(self._config, view, data, lambda _: None)

    def read(self, view: Any, features: list[str], keys: list) -> list:
        asked = self._entity_keys(view, keys)
        found = list(self._rows.online_read(self._config, view, asked, list(features)))
        if len(found) != len(keys):
            raise ValueError(f"online_read() was asked for {len(keys)} keys and returned {len(found)} rows.")
        return [stored_row(moment, values, features) for moment, values in found]

    def _entity_keys(self, view: Any, keys: list) -> list:
        from feast.infra.key_encoding_utils import entity_key_of

        version = self._config.entity_key_serialization_version
        return [entity_key_of(key, view.join_keys or ["__dummy_id"], version) for key in keys]


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment_of(micros: int | None) -> datetime | None:
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def micros_of(moment: datetime) -> int:
    """A naive datetime is of UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def stored_row(moment: datetime | None, values: dict | None, features: list[str]) -> tuple | None:
    """A row that online_read() returned, as the engine takes it. A row without a time of its own is as old as can be."""
    if values is None:
        return None
    texts = [values[name].SerializeToString() if name in values else None for name in features]
    return (0 if moment is None else micros_of(moment)), texts


class OnlineStoreAdapter(_RowsAdapter):
    def __init__(self, config: Any):
        self._config = config
        self._store = online_store(config)
        config.online_store  # its options are checked now

    @property
    def _rows(self) -> Any:
        return self._store

    def plan(self, views: list) -> list[bytes]:
        # Most stores record no infrastructure, and asking needs the protobuf package.
        from feast.infra.online_stores.online_store import OnlineStore

        if type(self._store).plan is OnlineStore.plan:
            return []
        return _infra_bytes(self._store.plan(self._config, registry_message(self._config, views)))

    def update(self, delete: list, keep: list, delete_entities: list, keep_entities: list, partial: bool) -> None:
        self._store.update(
            config=self._config,
            tables_to_delete=delete,
            tables_to_keep=[view for view in keep if view.online],
            entities_to_delete=delete_entities,
            entities_to_keep=keep_entities,
            partial=partial,
        )

    def teardown(self, views: list) -> None:
        self._store.teardown(self._config, views, [])


class ProviderAdapter(OfflineStoreAdapter, _RowsAdapter):
    """A provider in the place of both stores."""

    def __init__(self, config: Any):
        self._config = config
        self._provider = provider(config)

    @property
    def _rows(self) -> Any:
        return self._provider

    @property
    def _offline_store(self) -> Any:
        return self._provider.offline_store

    def source_columns(self, source: Any) -> list[tuple[str, Any]] | None:
        return self._source_columns(self._provider, source)

    def _historical(self, views: list, references: list[str], entity_df: Any, full: bool, more: dict) -> Any:
        return self._provider.get_historical_features(
            self._config, views, references, entity_df, self._registry, self._config.project, full, **more
        )

    def plan(self, views: list) -> list[bytes]:
        from feast.infra.passthrough_provider import PassthroughProvider
        from feast.infra.provider import Provider

        method = type(self._provider).plan_infra
        if method is Provider.plan_infra:
            return []
        if method is PassthroughProvider.plan_infra and self._config.online_store is not None:
            if self._config.online_store.type in _BUILT_IN_ONLINE:
                return _feast.online_infra(self._config, views)
            return OnlineStoreAdapter(self._config).plan(views)
        infra = self._provider.plan_infra(self._config, registry_message(self._config, views))
        return _infra_bytes(infra.infra_objects)

    def update(self, delete: list, keep: list, delete_entities: list, keep_entities: list, partial: bool) -> None:
        self._provider.update_infra(
            project=self._config.project,
            tables_to_delete=delete,
            tables_to_keep=keep,
            entities_to_delete=delete_entities,
            entities_to_keep=keep_entities,
            partial=partial,
        )

    def teardown(self, views: list) -> None:
        self._provider.teardown_infra(self._config.project, views, [])


class RegistryStoreAdapter:
    def __init__(self, config: Any):
        self._config = config
        found = load_class(config.registry.registry_store_type, "RegistryStore", config)
        self._store = found(config.registry, Path(config.repo_path) if config.repo_path else Path.cwd())

    def load(self) -> bytes | None:
        try:
            message = self._store.get_registry_proto()
        except FileNotFoundError:
            return None
        if not message.ListFields():
            return None
        return message.SerializeToString(deterministic=True)

    def commit(self, registry: bytes) -> None:
        self._store.update_registry_proto(_message("feast.protos.feast.core.Registry_pb2", "Registry")(registry))

    def teardown(self) -> None:
        try:
            self._store.teardown()
        except FileNotFoundError:
            pass


def _message(module: str, name: str) -> Callable[[bytes], Any]:
    from feast._messages import load

    return getattr(load(module), name).FromString


def registry_message(config: Any, views: Sequence[Any]) -> Any:
    """The desired registry as a plan() of a store of the user's own reads it: the views."""
    return _message("feast.protos.feast.core.Registry_pb2", "Registry")(
        _feast.serialize_definitions(list(views), config.project)
    )


def _infra_bytes(objects: Any) -> list[bytes]:
    return [item.to_infra_object_proto().SerializeToString() for item in objects]


def requested_odfvs(references: Sequence[str], project: str, registry: Any) -> list[Any]:
    """The on-demand views of which outputs are asked for."""
    names = {reference.partition(":")[0] for reference in references}
    views = registry.list_on_demand_feature_views(project, allow_cache=True)
    return [view for view in views if view.name in names]


# ---- Data sources


def check_source_class(found: type) -> None:
    """Feast's abstract methods are missed when an object is made."""
    if found is _feast.DataSource:
        raise TypeError("DataSource is abstract: use FileSource or another source, or derive a class from it.")
    base = _feast.DataSource
    missing = []
    if found.from_proto is base.from_proto:
        missing.append("from_proto")
    if found.to_proto is base.to_proto and found._to_proto_impl is base._to_proto_impl:
        missing.append("_to_proto_impl")
    if missing:
        raise TypeError(
            f"Can't instantiate abstract class {found.__name__}: it lacks {' and '.join(missing)}, with which the registry "
            "stores a source and gives it back."
        )


# The modules from which the classes of registered objects may be imported: those that a configuration of this process names.
_named_modules: set[str] = set()
_trusts_registry = False


def allow_classes(config: Any) -> None:
    """Notes which classes the configuration of a store that is being opened names."""
    global _trusts_registry
    _trusts_registry = _trusts_registry or _feast.trusts_registry_code(config)
    values = config.model_dump()
    named = [values.get("provider"), (values.get("registry") or {}).get("registry_store_type")]
    named += [(values.get(block) or {}).get("type") for block in ("offline_store", "online_store", "batch_engine")]
    named += values.get("data_source_classes") or []
    _named_modules.update(path.rpartition(".")[0] for path in named if path and "." in path)


def registered_class(path: str, base: str) -> type | None:
    """The class that a registry names; None where it may not be imported, which whoever can write to the registry would
    otherwise decide. A class that this process has loaded already needs no import."""
    module, _, name = path.rpartition(".")
    if not module:
        return None
    if module.partition(".")[0] == "feast" or module in _named_modules or _trusts_registry:
        return import_class(module, name, base)
    found = getattr(sys.modules.get(module), name, None)
    if isinstance(found, type) and any(parent.__name__ == base for parent in found.__mro__):
        return found
    return None


def rebuild_source(class_type: str, message: bytes) -> Any:
    """The source that a class of the user's own makes of its wire form; None, with a warning, where that class may not be
    imported, cannot be, or fails. One such source does not stand in the way of the others."""
    import warnings

    try:
        found = registered_class(class_type, "DataSource")
        if found is not None and found.from_proto is _feast.DataSource.from_proto:
            return None  # It would ask here again.
        if found is not None:
            return found.from_proto(_message("feast.protos.feast.core.DataSource_pb2", "DataSource")(message))
        why = (
            "it is imported only when feature_store.yaml names it. If you know it, add it there: "
            f"`data_source_classes: [{class_type}]`"
        )
    except Exception as error:  # noqa: BLE001 (whatever the module or the class does)
        if isinstance(error, FeastModuleImportError) and isinstance(error.__cause__, ModuleNotFoundError):
            return None
        why = str(error)
    if class_type:
        warnings.warn(f"A data source of class {class_type} stays a CustomSource: {why}", stacklevel=2)
    return None


def built_in_columns(config: Any, source: Any) -> list[tuple[str, str]]:
    """(column, Arrow type) of a built-in source; what classes derived from one inherit."""
    if not isinstance(source, _feast.FileSource):
        raise NotImplementedError(f"{type(source).__name__} does not say which columns it has.")
    return _feast.file_columns(config, source)


# ---- Failures


def describe_failure(error: BaseException, doing: str) -> str:
    """One line of ours, then the traceback of the user's own code."""
    if getattr(error, "_is_complete", False):
        return str(error)
    import traceback

    text = str(error).strip().splitlines()
    line = f"The {doing} failed: {type(error).__name__}" + (f": {text[0]}" if text else "")
    trace = error.__traceback__
    ours = str(Path(__file__).parent)
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(ours) and trace.tb_next is not None:
        trace = trace.tb_next
    details = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
    if hasattr(error, "add_note"):
        error.add_note(line)
    return line + "\n" + details
