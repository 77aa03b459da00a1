"""The `file` offline store: history lies in files, and joins run in this process. A store of your own may derive from it."""

from __future__ import annotations

from typing import Any

from feast._config_classes import config_class
from feast import _feast
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob

__all__ = ["FileOfflineStore", "FileOfflineStoreConfig", "FileRetrievalJob", "RetrievalJob"]


FileOfflineStoreConfig = config_class(__name__, "FileOfflineStoreConfig", "offline_store", "file")


class FileRetrievalJob(RetrievalJob):
    """A retrieval of the engine's, as an object of Python's. `evaluation_function` computes the whole result as a DataFrame."""

    def __init__(self, evaluation_function, full_feature_names=False, on_demand_feature_views=None, metadata=None):
        self.evaluation_function = evaluation_function
        self._full_feature_names = full_feature_names
        self._on_demand_feature_views = on_demand_feature_views or []
        self._metadata = metadata
        self._job: Any = None

    @classmethod
    def _of_engine(cls, job: Any) -> FileRetrievalJob:
        made = cls(job.to_df, job.full_feature_names, job.on_demand_feature_views, job.metadata)
        made._job = job
        return made

    def to_df(self, validation_reference: Any = None, timeout: int | None = None) -> Any:
        if self._job is not None:
            return self._job.to_df(validation_reference, timeout)
        return super().to_df(validation_reference, timeout)

    def to_arrow(self, validation_reference: Any = None, timeout: int | None = None) -> Any:
        if self._job is not None:
            return self._job.to_arrow(validation_reference, timeout)
        return super().to_arrow(validation_reference, timeout)

    def _to_df_internal(self, timeout: int | None = None) -> Any:
        frame = self.evaluation_function()
        return frame.compute() if hasattr(frame, "compute") else frame

    @property
    def full_feature_names(self) -> bool:
        return self._full_feature_names

    @property
    def on_demand_feature_views(self) -> list:
        return self._on_demand_feature_views

    @property
    def metadata(self):
        return self._metadata

    def persist(self, storage: Any, allow_overwrite: bool = False, timeout: int | None = None) -> None:
        if self._job is None:
            return super().persist(storage, allow_overwrite, timeout)
        return self._job.persist(storage, allow_overwrite)


class FileOfflineStore(OfflineStore):
    """The engine behind Feast's interface. The methods can be called on the class and on an object of it."""

    supports_filter_by_created_timestamp = True

    @staticmethod
    def get_historical_features(
        config,
        feature_views,
        feature_refs,
        entity_df,
        registry,
        project,
        full_feature_names=False,
        start_date=None,
        end_date=None,
        filter_by_created_timestamp=False,
        **kwargs,
    ) -> FileRetrievalJob:
        from feast._dataframes import entity_rows

        names = {view.projection.name_to_use() for view in feature_views}
        others = {reference.partition(":")[0] for reference in feature_refs} - names
        on_demand = []
        if others:
            on_demand = [
                view for view in registry.list_on_demand_feature_views(project, allow_cache=True) if view.name in others
            ]
        return FileRetrievalJob._of_engine(
            _feast.file_historical_features(
                config,
                feature_views,
                on_demand,
                list(feature_refs),
                entity_rows(entity_df),
                full_feature_names,
                start_date,
                end_date,
                filter_by_created_timestamp,
            )
        )

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
    ) -> FileRetrievalJob:
        columns = [*join_key_columns, *feature_name_columns, timestamp_field]
        if created_timestamp_column:
            columns.append(created_timestamp_column)
        return FileRetrievalJob._of_engine(
            _feast.file_pull_all(config, data_source, columns, timestamp_field, start_date, end_date)
        )

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
    ) -> FileRetrievalJob:
        rows = FileOfflineStore.pull_all_from_table_or_query(
            config,
            data_source,
            join_key_columns,
            feature_name_columns,
            timestamp_field,
            created_timestamp_column,
            start_date,
            end_date,
        )

        def newest():
            import pyarrow

            table = rows.to_arrow()
            order = [(timestamp_field, "ascending")]
            if created_timestamp_column:
                order.append((created_timestamp_column, "ascending"))
            table = table.sort_by(order)
            position = pyarrow.array(range(table.num_rows), pyarrow.int64())
            table = table.append_column("__position", position)
            last = table.group_by(list(join_key_columns)).aggregate([("__position", "max")])["__position_max"]
            return table.drop_columns(["__position"]).take(last).to_pandas()

        return FileRetrievalJob(newest)
