#include "serving/served_rows.h"

#include <utility>

#include "arrow/array.h"
#include "online/value_bytes.h"

namespace feast {

arrow::Result<ServedRows> ToServedRows(const std::vector<AnsweredFeature>& features, size_t count) {
  ServedRows served;
  served.count = count;
  std::vector<ServedColumn> columns;
  for (const AnsweredFeature& feature : features) {
    columns.push_back({feature.name, feature.type});
    ARROW_ASSIGN_OR_RAISE(auto values, ValueBytesOf(*feature.values, feature.type));
    for (size_t row = 0; row < count; ++row) {
      served.cells.push_back(
          {values->GetView(static_cast<int64_t>(row)), feature.statuses[row], feature.event_timestamps[row]});
    }
    served.arrays.push_back(std::move(values));
  }
  served.columns = std::make_shared<const std::vector<ServedColumn>>(std::move(columns));
  return served;
}

}  // namespace feast
