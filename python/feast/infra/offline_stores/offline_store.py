"""The interface of offline stores and of what their retrievals return; the base of stores of your own."""

from __future__ import annotations

from abc import ABC

from feast import _feast
from feast._feast import RetrievalMetadata

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from typing import Any

    import pyarrow

__all__ = ["OfflineStore", "RetrievalJob", "RetrievalMetadata"]


class RetrievalJob(ABC):
    """A retrieval that runs when one of its outputs is asked for. A class of its own overrides `_to_df_internal` or
    `_to_arrow_internal`; on-demand features are added to what they return."""

    # What get_historical_features of the store hands over: whether functions from the registry may run is said there.
    _feast_config: Any = None

    def to_df(self, validation_reference: Any = None, timeout: int | None = None) -> Any:
        return self.to_arrow(validation_reference=validation_reference, timeout=timeout).to_pandas()

    def to_arrow(self, validation_reference: Any = None, timeout: int | None = None) -> pyarrow.Table:
        if validation_reference is not None:
            from feast.errors import FeastNotImplementedError

            raise FeastNotImplementedError("validation_reference is not in this version; call the job without it.")
        table = self._rows(timeout)
        for view in self._optional("on_demand_feature_views") or []:
            table = self._with_on_demand(table, view)
        return table

    def to_feast_df(self, validation_reference: Any = None, timeout: int | None = None) -> Any:
        from feast.dataframe import FeastDataFrame

        return FeastDataFrame(self.to_arrow(validation_reference=validation_reference, timeout=timeout))

    def to_polars(self) -> Any:
        from feast._dataframes import to_polars

        return to_polars(self.to_arrow())

    def to_tensor(self, kind: str = "torch", default_value: Any = float("nan"), timeout: int | None = None) -> dict:
        from feast._dataframes import to_tensor

        return to_tensor(self.to_arrow(timeout=timeout), kind, default_value)

    def _rows(self, timeout: int | None) -> pyarrow.Table:
        import pyarrow

        arguments = {} if timeout is None else {"timeout": timeout}
        if type(self)._to_arrow_internal is not RetrievalJob._to_arrow_internal:
            return self._to_arrow_internal(**arguments)
        return pyarrow.Table.from_pandas(self._to_df_internal(**arguments), preserve_index=False)

    def _with_on_demand(self, table: pyarrow.Table, view: Any) -> pyarrow.Table:
        full = bool(self._optional("full_feature_names"))
        metadata = self._optional("metadata")
        wanted = None
        if metadata is not None:
            name = view.projection.name_to_use()
            wanted = [
                f"{name}__{feature}" if full else feature
                for of_view, _, feature in (reference.partition(":") for reference in metadata.features)
                if of_view in (name, view.name)
            ]
        config = self._feast_config
        if config is None:
            config = _feast.RepoConfig(project="feast", registry="registry.db", online_store=None, offline_store="file")
        for column, values in _feast.compute_on_demand(config, view, table, full, wanted or None):
            table = table.append_column(column, values)
        return table

    def _optional(self, name: str) -> Any:
        """A property that a class may leave as it is here."""
        try:
            return getattr(self, name)
        except NotImplementedError:
            return None

    def _to_df_internal(self, timeout: int | None = None) -> Any:
        """The rows without on-demand features, as a pandas DataFrame."""
        raise NotImplementedError(f"{type(self).__name__} has neither _to_df_internal nor _to_arrow_internal.")

    def _to_arrow_internal(self, timeout: int | None = None) -> pyarrow.Table:
        """The same as an Arrow table."""
        raise NotImplementedError

    @property
    def full_feature_names(self) -> bool:
        raise NotImplementedError

    @property
    def on_demand_feature_views(self) -> list:
        raise NotImplementedError

    @property
    def metadata(self) -> RetrievalMetadata | None:
        raise NotImplementedError

    def persist(self, storage: Any, allow_overwrite: bool = False, timeout: int | None = None) -> None:
        """Writes the result where `storage` says."""
        raise NotImplementedError(f"{type(self).__name__} cannot write its result to a storage.")

    def to_sql(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} has no SQL to show.")

    def supports_remote_storage_export(self) -> bool:
        return False

    def to_remote_storage(self) -> list[str]:
        raise NotImplementedError(f"{type(self).__name__} cannot export its result.")


# The jobs of the built-in stores are the engine's own objects.
RetrievalJob.register(_feast.RetrievalJob)


class OfflineStore(ABC):
    """Where feature history is kept and point-in-time joins are run. Stores of your own derive from it, have names that end in
    OfflineStore, and are named in feature_store.yaml by their dotted path."""

    supports_filter_by_created_timestamp = False

    def ensure_filter_by_created_timestamp_supported(self) -> None:
        if not self.supports_filter_by_created_timestamp:
            raise NotImplementedError(f"filter_by_created_timestamp is not supported by {type(self).__name__}")

    @staticmethod
    def get_historical_features(
        config, feature_views, feature_refs, entity_df, registry, project, full_feature_names=False, **kwargs
    ) -> RetrievalJob:
        """The features `feature_refs` ("view:feature") as known at the time of each row of `entity_df`, a DataFrame or SQL."""
        raise NotImplementedError

    @staticmethod
    def pull_latest_from_table_or_query(
        config,
        data_source,
        join_key_columns,
        feature_name_columns,
        timestamp_field,
        created_timestamp_column,
        start_date,
        end_date,
    ) -> RetrievalJob:
        """The newest row of each key within a time range; column names are the source's."""
        raise NotImplementedError

    @staticmethod
    def pull_all_from_table_or_query(
        config,
        data_source,
        join_key_columns,
        feature_name_columns,
        timestamp_field,
        created_timestamp_column=None,
        start_date=None,
        end_date=None,
    ) -> RetrievalJob:
        """Every row within a time range."""
        raise NotImplementedError

    @staticmethod
    def write_logged_features(config, data, source, logging_config, registry):
        raise NotImplementedError

    @staticmethod
    def offline_write_batch(config, feature_view, table, progress):
        """Appends an Arrow table to the source of a view."""
        raise NotImplementedError

    def validate_data_source(self, config, data_source):
        """Raises when a source cannot be read."""
        data_source.validate(config=config)

    def get_table_column_names_and_types_from_data_source(self, config, data_source):
        """(column, raw type) of a source."""
        return data_source.get_table_column_names_and_types(config=config)
