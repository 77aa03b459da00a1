// The offline store of a configuration whose store is not built in.
#pragma once

#include <memory>

#include "arrow/status.h"
#include "offline/offline_store.h"

namespace feast {

/// A store whose every use gives `why`, so that a registry can be read and planned without its offline store.
std::shared_ptr<OfflineStore> MakeUnavailableOfflineStore(arrow::Status why);

}  // namespace feast
