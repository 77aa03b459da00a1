// A history record as the JSON object that is stored.
#pragma once

#include <string>

#include "arrow/result.h"
#include "registry/history/history.h"

namespace feast {

std::string ToJsonText(const HistoryRecord& record);
/// Invalid for text that is no record, and for one of a newer format; `where` is named in the error.
arrow::Result<HistoryRecord> ParseHistoryRecord(const std::string& text, const std::string& where);

}  // namespace feast
