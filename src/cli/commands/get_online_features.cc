// feast get-online-features: the newest values, for a look
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "feature_store/feature_store_parts.h"
#include "server/http/feature_answer.h"
#include "text/json_text.h"

namespace feast::cli {

namespace {

struct OnlineCommand {
  std::vector<std::string> entities, features;
  std::string feature_service;
  bool full_feature_names = false;
};

/// "driver_id=1001", once for each value. The rows point into `command`.
arrow::Result<GivenRows> RowsOf(const OnlineCommand& command) {
  GivenRows rows;
  rows.reads_numbers = true;
  for (const std::string& entity : command.entities) {
    const size_t equals = entity.find('=');
    if (equals == std::string::npos || equals == 0) {
      return FailureOnOutput("Invalid entity format: " + entity + ". Use key=value format.");
    }
    const std::string name = entity.substr(0, equals);
    auto found = std::find_if(rows.columns.begin(), rows.columns.end(),
                              [&](const GivenColumn& column) { return column.name == name; });
    if (found == rows.columns.end()) {
      rows.columns.push_back({.name = name, .values = {}});
      found = rows.columns.end() - 1;
    }
    found->values.push_back({.kind = GivenValue::Kind::kText, .text = std::string_view(entity).substr(equals + 1)});
  }
  rows.count = rows.columns.empty() ? 0 : rows.columns[0].values.size();
  return rows;
}

arrow::Status GetOnlineFeatures(const Session& session, const OnlineCommand& command) {
  if (command.entities.empty()) return UsageError("Give --entities, for example -e driver_id=1001.");
  if (command.features.empty() == command.feature_service.empty()) {
    return UsageError("Give either --features VIEW:FEATURE or --feature-service NAME.");
  }
  ARROW_ASSIGN_OR_RAISE(const GivenRows rows, RowsOf(command));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  RequestShape shape{command.features, command.feature_service, {}, command.full_feature_names};
  for (const GivenColumn& column : rows.columns) shape.columns.push_back(column.name);
  ARROW_ASSIGN_OR_RAISE(const auto plan, PlanServing(*store, shape));
  ARROW_ASSIGN_OR_RAISE(const ServedRows served, plan->AnswerRows(rows, CallContext::OfThread()));
  std::string text;
  ARROW_RETURN_NOT_OK(AppendAnswer(served, &text));
  const auto answer = ParseJson<nlohmann::ordered_json>(text);
  nlohmann::ordered_json columns;
  for (size_t c = 0; c < served.columns->size(); ++c) {
    columns[(*served.columns)[c].name] = answer["results"][c]["values"];
  }
  // As Python's json.dumps(…, indent=4) has it.
  Print(columns.dump(4, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace) + "\n");
  return arrow::Status::OK();
}

}  // namespace

void AddGetOnlineFeatures(Command root, Session& session) {
  const auto command = std::make_shared<OnlineCommand>();
  root.Add("get-online-features", "Get the newest values of features from the online store, as JSON")
      .Repeated("-e,--entities", &command->entities,
                "A join key and its value: driver_id=1001; several for several rows")
      .Repeated("-f,--features", &command->features, "A feature: VIEW:FEATURE")
      .Option("--feature-service", &command->feature_service, "All features of a feature service, instead")
      .Flag("--full-feature-names", &command->full_feature_names, "Name features VIEW__FEATURE")
      .Run([command, &session] { return GetOnlineFeatures(session, *command); });
}

}  // namespace feast::cli
