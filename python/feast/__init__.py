"""A feature store in C++ that is used as Feast is.

Names are loaded on first use, so that importing this package is quick whatever it is needed for.
"""

import importlib
import os
import sys
import warnings

_MODULES = {
    "Aggregation": "feast.aggregation",
    "AthenaSource": "feast.infra.offline_stores.contrib.athena_offline_store.athena_source",
    "BatchFeatureView": "feast.batch_feature_view",
    "BigQuerySource": "feast.infra.offline_stores.bigquery_source",
    "ConflictPolicy": "feast.labeling.conflict_policy",
    "DataFrameEngine": "feast.dataframe",
    "Entity": "feast.entity",
    "FeastDataFrame": "feast.dataframe",
    "Feature": "feast.feature",
    "FeatureService": "feast.feature_service",
    "FeatureStore": "feast.feature_store",
    "FeatureTable": "feast.feature_table",
    "FeatureView": "feast.feature_view",
    "FeatureViewState": "feast.feature_view",
    "FeatureViewProjection": "feast.feature_view_projection",
    "Field": "feast.field",
    "FileSource": "feast.infra.offline_stores.file_source",
    "KafkaSource": "feast.data_source",
    "KinesisSource": "feast.data_source",
    "LabelView": "feast.labeling.label_view",
    "OnDemandFeatureView": "feast.on_demand_feature_view",
    "Project": "feast.project",
    "PushSource": "feast.data_source",
    "RedshiftSource": "feast.infra.offline_stores.redshift_source",
    "RegistryConfig": "feast.repo_config",
    "RepoConfig": "feast.repo_config",
    "RequestSource": "feast.data_source",
    "SavedDataset": "feast.saved_dataset",
    "SnowflakeSource": "feast.infra.offline_stores.snowflake_source",
    "SparkSource": "feast.infra.offline_stores.contrib.spark_offline_store.spark_source",
    "StreamFeatureView": "feast.stream_feature_view",
    "TrinoSource": "feast.infra.offline_stores.contrib.trino_offline_store.trino_source",
    "ValidationReference": "feast.saved_dataset",
    "ValueType": "feast.value_type",
}

__all__ = list(_MODULES)


def __getattr__(name):
    if name == "__version__":
        from feast.version import get_version

        return get_version()
    if name == "cpp_version":
        from feast.version import get_cpp_version

        return get_cpp_version()
    module = _MODULES.get(name)
    if module is None:
        try:
            return importlib.import_module("feast." + name)
        except ModuleNotFoundError as error:
            if error.name != "feast." + name:
                raise
        from feast._modules import ABSENT_NAMES, absent

        if name in ABSENT_NAMES:
            raise absent(f"feast.{name}", "feast")
        raise AttributeError(f"module 'feast' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted([*globals(), *_MODULES, "__version__", "cpp_version"])


class _OtherModules:
    """Asked last, for modules of Feast's that have no file here."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if not name.startswith("feast."):
            return None
        from feast import _modules

        return _modules.find_spec(name)


sys.meta_path.append(_OtherModules)


def _warn_of_other_feast():
    """Feast's own distribution puts its files into this folder too; which of the two is then imported is chance."""
    folder = os.path.dirname(os.path.dirname(__file__))
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        if name.startswith("feast-") and name.endswith((".dist-info", ".egg-info")):
            warnings.warn(
                f"Both feast-cpp and {name.rsplit('.', 1)[0]} are installed in {folder}, and their files overwrite each other. "
                "Run: pip uninstall feast feast-cpp && pip install feast-cpp",
                stacklevel=3,
            )


_warn_of_other_feast()
