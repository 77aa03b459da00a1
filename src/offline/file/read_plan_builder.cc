#include "offline/file/read_plan_builder.h"

#include <algorithm>

namespace feast {

std::vector<int32_t> FragmentsWithin(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                     const std::string& timestamp_column, const TimeWindow& window) {
  std::vector<int32_t> within;
  for (size_t i = 0; i < fragments.size(); ++i) {
    if (window.Overlaps(fragments[i]->range(timestamp_column))) within.push_back(static_cast<int32_t>(i));
  }
  return within;
}

ReadPlan::View PlanView(std::string name, std::vector<std::string> columns,
                        const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                        const std::vector<int32_t>& wanted) {
  ReadPlan::View view;
  view.name = std::move(name);
  view.columns = std::move(columns);
  auto next = wanted.begin();
  // Fragments come file by file.
  for (size_t i = 0; i < fragments.size(); ++i) {
    const scan::Fragment& fragment = *fragments[i];
    if (view.files.empty() || view.files.back().uri != fragment.uri()) {
      view.files.emplace_back();
      view.files.back().uri = fragment.uri();
    }
    ReadPlan::File& file = view.files.back();
    ++file.parts_total;
    if (next == wanted.end() || *next != static_cast<int32_t>(i)) continue;
    ++next;
    ++file.parts_read;
    if (fragment.rows() < 0) file.rows.reset();
    if (file.rows) *file.rows += fragment.rows();
    file.bytes += fragment.bytes(view.columns);
  }
  return view;
}

}  // namespace feast
