#include "plan/render/render_json.h"

#include <string_view>

#include "nlohmann/json.hpp"
#include "text/json_text.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kPlanJsonVersion = 1;

template <typename Changes>
Json Summary(const Changes& changes) {
  int creates = 0, updates = 0, deletes = 0;
  for (const auto& change : changes) {
    ++(change.action == Action::kCreate ? creates : change.action == Action::kUpdate ? updates : deletes);
  }
  return Json{{"create", creates}, {"update", updates}, {"delete", deletes}};
}

Json AffectedJson(const Affected& affected) {
  return Json{{"kind", ObjectKindName(affected.kind)},
              {"name", affected.name},
              {"tags", affected.tags},
              {"owner", affected.owner}};
}

Json ImpactsJson(const ObjectChange& change) {
  Json impacts = Json::array();
  for (const auto& impact : change.impacts) {
    Json affected = Json::array();
    for (const auto& each : impact.affected) affected.push_back(AffectedJson(each));
    impacts.push_back(Json{
        {"severity", SeverityName(impact.severity)}, {"reason", impact.reason}, {"affected", std::move(affected)}});
  }
  return impacts;
}

Json SeverityCounts(const Plan& plan) {
  const PlanCounts counts = plan.counts();
  return Json{{"breaking", counts.breaking}, {"risky", counts.risky}, {"safe", counts.safe}};
}

}  // namespace

std::string RenderPlanJson(const Plan& plan) {
  Json changes = Json::array();
  for (const auto& change : plan.changes) {
    Json fields = Json::array();
    for (const auto& field : change.fields) {
      fields.push_back(Json{{"path", field.path}, {"before", field.before}, {"after", field.after}});
    }
    Json its{{"action", ActionName(change.action)},
             {"kind", ObjectKindName(change.kind)},
             {"name", change.name},
             {"fields", std::move(fields)},
             {"severity", SeverityName(change.severity)},
             {"impact", ImpactsJson(change)}};
    if (!change.origin.file.empty()) its["origin"] = Json{{"file", change.origin.file}, {"line", change.origin.line}};
    if (!change.looks_like.empty()) its["looks_like"] = change.looks_like;
    changes.push_back(std::move(its));
  }
  Json infra = Json::array();
  for (const auto& change : plan.infra_changes) {
    infra.push_back(Json{{"action", ActionName(change.action)}, {"type", change.type}, {"name", change.name}});
  }
  Json document{{"format_version", kPlanJsonVersion}, {"project", plan.project},
                {"has_changes", !plan.empty()},       {"summary", Summary(plan.changes)},
                {"severity", SeverityCounts(plan)},   {"changes", std::move(changes)},
                {"infra_changes", std::move(infra)}};
  if (!plan.against.empty()) document["against"] = plan.against;
  if (!plan.warnings.empty()) document["warnings"] = plan.warnings;
  // Names and values come from users and registries; what is not UTF-8 is replaced, not refused.
  return PrintableJson(Redacted(JsonText(document, 2))) + "\n";
}

}  // namespace feast
