// A history record as JSON: what is shown, and the object that is stored.
#pragma once

#include <string>

#include "arrow/result.h"
#include "nlohmann/json_fwd.hpp"
#include "registry/history/history.h"

namespace feast {

/// What a log shows of it.
nlohmann::ordered_json ToJson(const HistoryRecord& record);
/// What is stored: the same, with what only the history itself needs.
std::string ToJsonText(const HistoryRecord& record);
/// Invalid for text that is no record, and for one of a newer format; `where` is named in the error.
arrow::Result<HistoryRecord> ParseHistoryRecord(const std::string& text, const std::string& where);

}  // namespace feast
