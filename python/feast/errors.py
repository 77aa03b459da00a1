"""Exceptions that Feast users know by name. The engine raises them with messages of its own; they can be constructed with the
arguments that Feast's have."""

from __future__ import annotations

TYPE_CHECKING = False  # As type checkers take it; importing typing for it takes milliseconds.
if TYPE_CHECKING:
    from typing import Any


def _type_check_error() -> type:
    """TypeError, and typeguard's error too where typeguard is installed: Feast's constructors raise that."""
    try:
        from typeguard import TypeCheckError as typeguard_error
    except ImportError:
        return TypeError
    return type("TypeCheckError", (typeguard_error, TypeError), {"__module__": __name__})


def __getattr__(name: str) -> Any:
    if name == "TypeCheckError":
        globals()[name] = _type_check_error()
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class FeastError(Exception):
    """The base of them all."""

    _http_status = 500

    @classmethod
    def from_message(cls, message: str) -> FeastError:
        """An instance with this message, without the arguments the class otherwise takes."""
        error = cls.__new__(cls, message)
        Exception.__init__(error, message)
        return error

    def http_status_code(self) -> int:
        return self._http_status

    def to_error_detail(self) -> str:
        import json

        return json.dumps({"module": type(self).__module__, "class": type(self).__name__, "message": str(self)})

    @staticmethod
    def from_error_detail(detail: str) -> FeastError | None:
        import json

        try:
            parts = json.loads(detail)
            return globals()[parts["class"]].from_message(parts["message"])
        except (ValueError, KeyError, TypeError):
            return None

    def __reduce__(self):
        return (_rebuild, (type(self), str(self)))


def _rebuild(cls: type, message: str) -> FeastError:
    return cls.from_message(message)


class FeastNotImplementedError(FeastError, NotImplementedError):
    """Part of Feast that this version does not have."""


class FeastObjectNotFoundException(FeastError):
    _http_status = 404


class _NotFound(FeastObjectNotFoundException):
    """Something with a name, perhaps of a project."""

    _kind = ""

    def __init__(self, name, project=None):
        super().__init__(f"{self._kind} {name} does not exist" + (f" in project {project}" if project else ""))


class EntityNotFoundException(_NotFound):
    _kind = "Entity"


class FeatureServiceNotFoundException(_NotFound):
    _kind = "Feature service"


class FeatureViewNotFoundException(_NotFound):
    _kind = "Feature view"


class OnDemandFeatureViewNotFoundException(_NotFound):
    _kind = "On demand feature view"


class DataSourceObjectNotFoundException(_NotFound):
    _kind = "Data source"


class SavedDatasetNotFound(_NotFound):
    _kind = "Saved dataset"


class ValidationReferenceNotFound(_NotFound):
    _kind = "Validation reference"


class PermissionObjectNotFoundException(_NotFound):
    _kind = "Permission"


class ProjectObjectNotFoundException(_NotFound):
    _kind = "Project"


class PermissionNotFoundException(FeastError):
    def __init__(self, name, project):
        super().__init__(f"Permission {name} does not exist in project {project}")


class ProjectNotFoundException(FeastError):
    def __init__(self, project):
        super().__init__(f"Project {project} does not exist in registry")


class FeatureViewVersionNotFound(FeastObjectNotFoundException):
    def __init__(self, name, version, project=None):
        super().__init__(
            f"Feature view {name} has no version {version}" + (f" in project {project}" if project else "")
        )


class DataSourceNotFoundException(FeastError):
    def __init__(self, path):
        super().__init__(f"There is no table at '{path}'")


class DataSourceNoNameException(FeastError):
    def __init__(self):
        super().__init__("A data source needs a name or a table")


class DataSourceRepeatNamesException(FeastError):
    def __init__(self, ds_name):
        super().__init__(f"Several data sources have the name {ds_name}, compared without regard to case")


class RequestDataNotFoundInEntityDfException(FeastObjectNotFoundException):
    def __init__(self, feature_name, feature_view_name):
        super().__init__(
            f"The entity dataframe has no column {feature_name}, which feature view {feature_view_name} needs"
        )


class RequestDataNotFoundInEntityRowsException(FeastObjectNotFoundException):
    def __init__(self, feature_names):
        super().__init__(f"The entity rows lack the request data {feature_names}")


class S3RegistryBucketNotExist(FeastObjectNotFoundException):
    def __init__(self, bucket):
        super().__init__(f"The registry's S3 bucket {bucket} does not exist")


class S3RegistryBucketForbiddenAccess(FeastObjectNotFoundException):
    def __init__(self, bucket):
        super().__init__(f"The registry's S3 bucket {bucket} may not be accessed")


class FeastProviderLoginError(FeastError):
    pass


class FeastProviderNotImplementedError(FeastError):
    def __init__(self, provider_name):
        super().__init__(f"There is no provider '{provider_name}'")


class FeastRegistryNotSetError(FeastError):
    def __init__(self):
        super().__init__("The configuration has no registry")


class FeastFeatureServerTypeInvalidError(FeastError):
    def __init__(self, feature_server_type):
        super().__init__(f"There is no feature server of type {feature_server_type}")


class FeastRegistryTypeInvalidError(FeastError):
    def __init__(self, registry_type):
        super().__init__(f"There is no registry of type {registry_type}")


class FeastModuleImportError(FeastError):
    def __init__(self, module_name, class_name):
        super().__init__(f"The module '{module_name}' of class '{class_name}' cannot be imported")


class FeastClassImportError(FeastError):
    def __init__(self, module_name, class_name):
        super().__init__(f"The module '{module_name}' has no class '{class_name}'")


class FeastExtrasDependencyImportError(FeastError):
    def __init__(self, extras_type, nested_error):
        super().__init__(f"{nested_error}\nInstall what '{extras_type}' needs with pip")


class FeastOfflineStoreUnsupportedDataSource(FeastError):
    def __init__(self, offline_store_name, data_source_name):
        super().__init__(f"The offline store '{offline_store_name}' cannot read the data source '{data_source_name}'")


class FeastOnlineStoreUnsupportedDataSource(FeastError):
    def __init__(self, online_store_name, data_source_name):
        super().__init__(f"The online store '{online_store_name}' cannot use the data source '{data_source_name}'")


class FeatureNameCollisionError(FeastError):
    def __init__(self, feature_refs_collisions, full_feature_names):
        names = sorted(
            {ref.replace(":", "__") if full_feature_names else ref.split(":")[1] for ref in feature_refs_collisions}
        )
        hint = "Rename one of the views with '.with_name'" if full_feature_names else "Set full_feature_names=True"
        super().__init__(f"Several features are named {', '.join(names)}. {hint}")


class SpecifiedFeaturesNotPresentError(FeastError):
    def __init__(self, specified_features, inferred_features, feature_view_name):
        super().__init__(
            f"Feature view '{feature_view_name}' names {specified_features}, but its source has {inferred_features}"
        )


class SavedDatasetLocationAlreadyExists(FeastError):
    def __init__(self, location):
        super().__init__(f"There is something at {location} already; allow_overwrite=True replaces it")


class FeastOfflineStoreInvalidName(FeastError):
    def __init__(self, offline_store_class_name):
        super().__init__(
            f"The name of an offline store's class ends in OfflineStore, which '{offline_store_class_name}' does not"
        )


class FeastOnlineStoreInvalidName(FeastError):
    def __init__(self, online_store_class_name):
        super().__init__(
            f"The name of an online store's class ends in OnlineStore, which '{online_store_class_name}' does not"
        )


class FeastInvalidAuthConfigClass(FeastError):
    def __init__(self, auth_config_class_name):
        super().__init__(f"The name of an auth class ends in AuthConfig, which '{auth_config_class_name}' does not")


class FeastInvalidBaseClass(FeastError):
    def __init__(self, class_name, class_type):
        super().__init__(f"The class '{class_name}' must derive from `{class_type}`")


class FeastEntityDFMissingColumnsError(FeastError):
    def __init__(self, expected, missing):
        super().__init__(f"The entity dataframe needs the columns {expected}, but has no {missing}")


class FeastJoinKeysDuringMaterialization(FeastError):
    def __init__(self, source, join_key_columns, source_columns):
        super().__init__(
            f"The rows of {source} need the columns {join_key_columns}, but have no {join_key_columns - source_columns}"
        )


class DockerDaemonNotRunning(FeastError):
    def __init__(self):
        super().__init__("Docker is not running")


class RegistryInferenceFailure(FeastError):
    def __init__(self, repo_obj_type, specific_issue):
        super().__init__(f"What {repo_obj_type} leaves out could not be inferred: {specific_issue}. Write it out")


class BigQueryJobStillRunning(FeastError):
    def __init__(self, job_id):
        super().__init__(f"The BigQuery job '{job_id}' is still running")


class BigQueryJobCancelled(FeastError):
    def __init__(self, job_id):
        super().__init__(f"The BigQuery job '{job_id}' was cancelled")


class RedshiftCredentialsError(FeastError):
    def __init__(self):
        super().__init__("Redshift refused the credentials")


class RedshiftQueryError(FeastError):
    def __init__(self, details):
        super().__init__(f"The Redshift query failed: {details}")


class RedshiftTableNameTooLong(FeastError):
    def __init__(self, table_name):
        super().__init__(f"A Redshift table name has at most 127 characters; {table_name} has {len(table_name)}")


class SnowflakeCredentialsError(FeastError):
    def __init__(self):
        super().__init__("Snowflake refused the credentials")


class SnowflakeQueryError(FeastError):
    def __init__(self, details):
        super().__init__(f"The Snowflake query failed: {details}")


class SnowflakeIncompleteConfig(FeastError):
    def __init__(self, e):
        super().__init__(f"The Snowflake configuration lacks {e}")


class SnowflakeQueryUnknownError(FeastError):
    def __init__(self, query):
        super().__init__(f"The Snowflake query failed: {query}")


class EntityTimestampInferenceException(FeastError):
    def __init__(self, expected_column_name):
        super().__init__(f"The entity dataframe needs a column {expected_column_name} with the time of each row")


class FeatureViewMissingDuringFeatureServiceInference(FeastError):
    def __init__(self, feature_view_name, feature_service_name):
        super().__init__(
            f"Feature service {feature_service_name} uses feature view {feature_view_name}, which is not declared"
        )


class InvalidEntityType(FeastError):
    def __init__(self, entity_type):
        super().__init__(f"Entity rows are a DataFrame, an Arrow table, a path or a SQL query, not {entity_type}")


class ConflictingFeatureViewNames(FeastError):
    def __init__(self, feature_view_name, existing_type=None, new_type=None):
        kinds = f" ({existing_type} and {new_type})" if existing_type and new_type else ""
        super().__init__(
            f"Two feature views have the name {feature_view_name}{kinds}; names are compared without regard to case"
        )


class FeastInvalidInfraObjectType(FeastError):
    def __init__(self):
        super().__init__("This kind of infrastructure object is unknown")


class InvalidFeaturesParameterType(FeastError):
    def __init__(self, features):
        super().__init__(f"features must be a list of str or a FeatureService, not {type(features)}")


class EntitySQLEmptyResults(FeastError):
    def __init__(self, entity_sql):
        super().__init__(f"The query for entity rows gives none: {entity_sql}")


class EntityDFNotDateTime(FeastError):
    def __init__(self):
        super().__init__("The timestamp column of the entity rows is not a datetime")


class PushSourceNotFoundException(FeastError):
    _http_status = 422

    def __init__(self, push_source_name):
        super().__init__(f"There is no push source '{push_source_name}'")


class ReadOnlyRegistryException(FeastError):
    def __init__(self):
        super().__init__("The registry is read-only")


class DataFrameSerializationError(FeastError):
    def __init__(self, input):
        super().__init__(
            "This cannot be made into a pandas DataFrame" + (f": {list(input)}" if isinstance(input, dict) else "")
        )


class ZeroRowsQueryResult(FeastError):
    def __init__(self, query):
        super().__init__(f"This query gives no rows:\n{query}")


class ZeroColumnQueryResult(FeastError):
    def __init__(self, query):
        super().__init__(f"This query gives no columns:\n{query}")


class VersionedOnlineReadNotSupported(FeastError):
    def __init__(self, store_name, version):
        super().__init__(f"{store_name} cannot read version {version} of a feature view")


class FeatureViewPinConflict(FeastError):
    def __init__(self, name, version):
        super().__init__(f"Feature view '{name}' is pinned to {version} and changed at once. Do one of them")


class ConcurrentVersionConflict(FeastError):
    def __init__(self, msg):
        super().__init__(msg)


class FeastPermissionError(FeastError, PermissionError):
    _http_status = 403

    def __init__(self, details):
        super().__init__(f"Permission error:\n{details}")


class FeastConfigError(FeastError):
    """A configuration that cannot be used; Feast keeps this class in `feast.repo_config`."""

    def __init__(self, error_message, config_path=None):
        self._error_message = error_message
        self._config_path = config_path
        super().__init__(f"{error_message}\nat {config_path}" if config_path else error_message)
