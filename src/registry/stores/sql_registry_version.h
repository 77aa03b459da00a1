// Which version of the registry the rows in a database are.
//
// Feast writes its rows and nothing else, so a version_id that was merely stored would still be there after Feast has
// changed the registry. The history's table therefore keeps a head: the version_id of the last commit together with a
// digest of the rows as that commit left them. While they are those rows, they are that version.
#pragma once

#include <string>

#include "arrow/result.h"
#include "registry/stores/sql_registry_rows.h"

namespace feast {

/// The head that says that `rows` are the version `version_id`.
arrow::Result<std::string> HeadOf(const RegistryRows& rows, const std::string& version_id);

/// The version_id of `rows`: the one that `head` has for them. Where there is no head, or another program has written
/// since, an id made of both, so that rows which come back after other versions are another version.
arrow::Result<std::string> VersionIdOf(const RegistryRows& rows, const std::string& head);

}  // namespace feast
