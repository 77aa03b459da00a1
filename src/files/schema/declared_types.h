// What users say of columns whose files do not say it themselves.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "arrow/type_fwd.h"

namespace feast::scan {

/// Cells of text and names of folders have no types: these columns are read as what was declared of them.
struct DeclaredTypes {
  /// By column; null where nothing was declared, so that the type is guessed.
  std::map<std::string, std::shared_ptr<arrow::DataType>> columns;
  /// Whether the columns that are not named are guessed too; else they are text.
  bool guess_others = true;
  /// Columns that come back as values; unset for all. Timestamps stored as INT96, which says no unit, get one that
  /// holds every one of them. Others may be read as moments to compare alone.
  std::optional<std::set<std::string>> values = {};
};

}  // namespace feast::scan
