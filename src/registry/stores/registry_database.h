// A database as a registry uses it: the same, with errors that say that they are the registry's and what to do.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "databases/sql_database.h"
#include "databases/sql_url.h"
#include "feast/call_context.h"

namespace feast {

/// Connects. nullptr when there is no such SQLite file and `create` is false. All that is done with it ends with
/// Cancelled when `context` says so.
arrow::Result<std::unique_ptr<SqlDatabase>> OpenRegistryDatabase(const SqlUrl& url, bool create,
                                                                 const CallContext& context = CallContext::OfThread());

}  // namespace feast
