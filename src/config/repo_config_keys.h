// The keys at the top of feature_store.yaml.
#pragma once

#include <string_view>

namespace feast {

/// In the order in which a configuration is written.
inline constexpr std::string_view kTopLevelKeys[] = {
    "project", "project_description", "provider", "registry", "online_store", "offline_store", "batch_engine",
    "feature_server", "auth", "entity_key_serialization_version", "coerce_tz_aware", "materialization", "openlineage",
    "mlflow", "data_quality_monitoring", "embedding_model", "flags", "repo_path",
    // Ours: functions found only in the registry may run; servers that data sources may name; classes of registered
    // sources that may be imported.
    "trust_registry_code", "allowed_endpoints", "data_source_classes"};

}  // namespace feast
