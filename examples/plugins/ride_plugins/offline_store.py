"""An offline store for trip logs: CSV files with a comment line at the top, which no built-in store reads."""

import json
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa

from feast.data_source import DataSource
from feast.infra.offline_stores.offline_store import OfflineStore, RetrievalJob, RetrievalMetadata
from feast.on_demand_feature_view import OnDemandFeatureView
from feast.protos.feast.core.DataSource_pb2 import DataSource as DataSourceProto
from feast.repo_config import FeastConfigBaseModel
from feast.type_map import pa_to_feast_value_type


class TripLogSource(DataSource):
    """One trip log, by its name in the folder that feature_store.yaml gives."""

    def __init__(self, *, log, name=None, timestamp_field="event_timestamp", **options):
        super().__init__(name=name or log, timestamp_field=timestamp_field, **options)
        self.log = log

    def _to_proto_impl(self):
        return DataSourceProto(
            name=self.name,
            type=DataSourceProto.CUSTOM_SOURCE,
            data_source_class_type="ride_plugins.offline_store.TripLogSource",
            timestamp_field=self.timestamp_field,
            created_timestamp_column=self.created_timestamp_column,
            field_mapping=self.field_mapping,
            description=self.description,
            tags=self.tags,
            owner=self.owner,
            custom_options=DataSourceProto.CustomSourceOptions(configuration=json.dumps({"log": self.log}).encode()),
        )

    @staticmethod
    def from_proto(data_source):
        return TripLogSource(
            log=json.loads(data_source.custom_options.configuration)["log"],
            name=data_source.name,
            timestamp_field=data_source.timestamp_field,
            created_timestamp_column=data_source.created_timestamp_column,
            field_mapping=dict(data_source.field_mapping),
            description=data_source.description,
            tags=dict(data_source.tags),
            owner=data_source.owner,
        )

    def validate(self, config):
        self.read(config)

    def get_table_column_names_and_types(self, config):
        table = pa.Table.from_pandas(self.read(config), preserve_index=False)
        return [(field.name, str(field.type)) for field in table.schema]

    @staticmethod
    def source_datatype_to_feast_value_type():
        return pa_to_feast_value_type

    def read(self, config):
        path = Path(config.repo_path) / config.offline_store.folder / f"{self.log}.csv"
        frame = pd.read_csv(path, comment="#")
        frame[self.timestamp_field] = pd.to_datetime(frame[self.timestamp_field], utc=True)
        return frame


class TripLogOfflineStoreConfig(FeastConfigBaseModel):
    """The `offline_store` block of feature_store.yaml. Its name is the store's with Config added."""

    type: Literal["ride_plugins.offline_store.TripLogOfflineStore"] = "ride_plugins.offline_store.TripLogOfflineStore"
    folder: str = "data"


class TripLogRetrievalJob(RetrievalJob):
    """Computes when it is asked; on-demand features are added by the base class."""

    def __init__(self, compute, full_feature_names=False, on_demand_feature_views=(), metadata=None):
        self._compute = compute
        self._full_feature_names = full_feature_names
        self._on_demand_feature_views = list(on_demand_feature_views)
        self._metadata = metadata

    full_feature_names = property(lambda self: self._full_feature_names)
    on_demand_feature_views = property(lambda self: self._on_demand_feature_views)
    metadata = property(lambda self: self._metadata)

    def _to_df_internal(self, timeout=None):
        return self._compute()

    def _to_arrow_internal(self, timeout=None):
        return pa.Table.from_pandas(self._compute(), preserve_index=False)

    def persist(self, storage, allow_overwrite=False, timeout=None):
        self.to_df().to_parquet(storage.to_data_source().path)

    def to_trip_log(self, path):
        """What only this store's jobs can do: write the result as a trip log."""
        with open(path, "w") as file:
            file.write("# trip log\n")
            self.to_df().to_csv(file, index=False)


class TripLogOfflineStore(OfflineStore):
    @staticmethod
    def get_historical_features(
        config, feature_views, feature_refs, entity_df, registry, project, full_feature_names=False
    ):
        on_demand = OnDemandFeatureView.get_requested_odfvs(feature_refs, project, registry)
        inputs = {
            (projection.name_to_use(), field.name)
            for view in on_demand
            for projection in view.source_feature_view_projections.values()
            for field in projection.features
        }
        asked = inputs | {tuple(reference.split(":")) for reference in feature_refs}

        def compute():
            result = entity_df.sort_values("event_timestamp")
            result["event_timestamp"] = pd.to_datetime(result["event_timestamp"], utc=True)
            for view in feature_views:
                name, keys = view.projection.name_to_use(), list(view.join_keys)
                features = [field.name for field in view.features if (name, field.name) in asked]
                rows = view.batch_source.read(config).sort_values(view.batch_source.timestamp_field)
                rows = rows[[*keys, view.batch_source.timestamp_field, *features]]
                if full_feature_names:
                    rows = rows.rename(columns={feature: f"{name}__{feature}" for feature in features})
                result = pd.merge_asof(
                    result,
                    rows.rename(columns={view.batch_source.timestamp_field: "event_timestamp"}),
                    on="event_timestamp",
                    by=keys,
                    tolerance=view.ttl or None,
                )
            return result.reset_index(drop=True)

        keys = [column for column in entity_df.columns if column != "event_timestamp"]
        return TripLogRetrievalJob(compute, full_feature_names, on_demand, RetrievalMetadata(feature_refs, keys))

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
    ):
        def compute():
            rows = data_source.read(config)
            if start_date is not None:
                rows = rows[rows[timestamp_field] >= start_date]
            if end_date is not None:
                rows = rows[rows[timestamp_field] <= end_date]
            return rows[[*join_key_columns, *feature_name_columns, timestamp_field]].reset_index(drop=True)

        return TripLogRetrievalJob(compute)

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
    ):
        rows = TripLogOfflineStore.pull_all_from_table_or_query(
            config, data_source, join_key_columns, feature_name_columns, timestamp_field, None, start_date, end_date
        )
        return TripLogRetrievalJob(
            lambda: rows.to_df().sort_values(timestamp_field).groupby(join_key_columns, as_index=False).tail(1)
        )
