#include "definitions/column_names.h"

namespace feast {

std::string ColumnInSource(const DataSource& source, const std::string& name) {
  for (const auto& [column, mapped] : source.field_mapping) {
    if (mapped == name) return column;
  }
  return name;
}

}  // namespace feast
