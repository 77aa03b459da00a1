#include "plan/render/render_drift.h"

#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDriftFormatVersion = 1;

std::string Count(size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::string RenderDriftText(const Drift& drift) {
  std::string text, heading;
  for (const auto& item : drift.items) {
    const std::string its_heading = "Drifted " + std::string(ObjectKindName(item.kind)) + " " + item.name + "\n";
    if (its_heading != heading) text += its_heading;
    heading = its_heading;
    text += "\t" + item.where + (item.column.empty() ? "" : ", column " + item.column) + ": " + item.declared + " -> " +
            item.actual + "\n";
  }
  for (const auto& sentence : drift.not_looked_at) text += "Not compared: " + sentence + "\n";
  if (!text.empty()) text += "\n";
  const std::string looked_at =
      Count(static_cast<size_t>(drift.looked_at), "source or table", "sources and tables") + " compared";
  if (drift.items.empty()) return text + "No drift: " + looked_at + "\n";
  return text + Count(drift.items.size(), "difference", "differences") + ": " + looked_at + "\n";
}

std::string RenderDriftJson(const Drift& drift) {
  Json items = Json::array();
  for (const auto& item : drift.items) {
    items.push_back(Json{{"kind", ObjectKindName(item.kind)},
                         {"name", item.name},
                         {"where", item.where},
                         {"column", item.column},
                         {"declared", item.declared},
                         {"actual", item.actual}});
  }
  const Json document{{"format_version", kDriftFormatVersion}, {"project", drift.project},
                      {"has_drift", !drift.items.empty()},     {"compared", drift.looked_at},
                      {"not_compared", drift.not_looked_at},   {"drift", std::move(items)}};
  return JsonText(document, 2) + "\n";
}

}  // namespace feast
