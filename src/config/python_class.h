// Python classes named in a configuration by their dotted path: stores, registries and providers of the user's own.
//
// This library runs them through factories that the Python module installs (SetStorePlugins and its like). A
// program without Python in it can load such a configuration and read what it does not need them for.
#pragma once

#include <string>
#include <string_view>

#include "arrow/status.h"
#include "feast/repo_config.h"

namespace feast {

/// "my_company.stores.FooOfflineStore" for suffix "OfflineStore"; false for the names of what is built in, dotted or
/// not.
bool IsPythonClass(std::string_view type, std::string_view suffix);

/// Whether the registry is kept by a class of the user's own.
bool HasPythonRegistry(const RepoConfig& config);
/// Whether the registry, a store or the provider is a class of the user's own.
bool HasPythonClass(const RepoConfig& config);

/// NotImplemented: `what` ("offline store") of this class cannot be used by a program without Python in it.
arrow::Status NeedsPython(const std::string& what, const std::string& type);

}  // namespace feast
