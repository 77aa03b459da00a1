#include "plan/render_json.h"

#include <string_view>

#include "nlohmann/json.hpp"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormatVersion = 1;

std::string_view ActionName(Action action) {
  return action == Action::kCreate ? "create" : action == Action::kUpdate ? "update" : "delete";
}

template <typename Changes>
Json Summary(const Changes& changes) {
  int creates = 0, updates = 0, deletes = 0;
  for (const auto& change : changes) {
    ++(change.action == Action::kCreate ? creates : change.action == Action::kUpdate ? updates : deletes);
  }
  return Json{{"create", creates}, {"update", updates}, {"delete", deletes}};
}

}  // namespace

std::string RenderPlanJson(const Plan& plan) {
  Json changes = Json::array();
  for (const auto& change : plan.changes) {
    Json fields = Json::array();
    for (const auto& field : change.fields) {
      fields.push_back(Json{{"path", field.path}, {"before", field.before}, {"after", field.after}});
    }
    changes.push_back(Json{{"action", ActionName(change.action)},
                           {"kind", ObjectKindName(change.kind)},
                           {"name", change.name},
                           {"fields", std::move(fields)}});
  }
  Json infra = Json::array();
  for (const auto& change : plan.infra_changes) {
    infra.push_back(Json{{"action", ActionName(change.action)}, {"type", change.type}, {"name", change.name}});
  }
  const Json document{{"format_version", kFormatVersion}, {"project", plan.project},
                      {"has_changes", !plan.empty()},     {"summary", Summary(plan.changes)},
                      {"changes", std::move(changes)},    {"infra_changes", std::move(infra)}};
  // Names and values come from users and registries; what is not UTF-8 is replaced, not refused.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace feast
