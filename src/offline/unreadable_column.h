// Columns that a source has, but that no read can give: the files do not agree on them.
#pragma once

#include <memory>
#include <string>

#include "arrow/type_fwd.h"

namespace feast {

/// The column with the reason for which every read of it fails, as OfflineStore::SourceSchema gives it.
std::shared_ptr<arrow::Field> UnreadableColumn(const arrow::Field& field, const std::string& reason);

/// The reason; "" for a column that can be read.
std::string WhyUnreadable(const arrow::Field& field);

}  // namespace feast
