// The endpoints that write: pushes, rows of a view, materialization.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <utility>

#include "arrow/record_batch.h"
#include "parallel/start_thread.h"
#include "server/http/endpoints.h"
#include "server/http/feature_request.h"
#include "server/http/request_model.h"
#include "text/iso_moment.h"
#include "text/redaction.h"

namespace feast {

namespace {

/// A JSON object of columns, as pandas.DataFrame takes it.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> Frame(const nlohmann::ordered_json& columns, size_t rows_max) {
  GivenRows rows;
  std::deque<std::string> texts;
  for (const auto& [name, values] : columns.items()) {
    if (!values.is_array()) {
      return arrow::Status::Invalid("Each column of `df` must be a list of values. Column: ", name);
    }
    if (values.size() > rows_max) {
      return arrow::Status::CapacityError("`df` has ", values.size(), " rows; this server takes ", rows_max,
                                          " at a time");
    }
    GivenColumn& column = rows.columns.emplace_back();
    column.name = name;
    ARROW_RETURN_NOT_OK(TakeColumn(values, &column, &texts));
    if (column.values.size() != rows.columns[0].values.size()) {
      return arrow::Status::Invalid("All arrays must be of the same length");
    }
  }
  rows.count = rows.columns.empty() ? 0 : rows.columns[0].values.size();
  return ToArrow(rows);
}

arrow::Result<Timestamp> MomentOf(const std::string& text, const char* name) {
  if (const auto micros = MicrosOfIsoMoment(text)) return Timestamp(std::chrono::microseconds(*micros));
  return arrow::Status::Invalid("Invalid timestamp format: ", name, " must be a date and time such as ",
                                "2026-01-31T12:00:00, in UTC unless it says so, not '", text, "'");
}

std::vector<std::string> Names(const RequestModel::Json* names) {
  std::vector<std::string> taken;
  if (names == nullptr) return taken;
  for (const auto& name : *names) taken.push_back(name.get<std::string>());
  return taken;
}

bool Asks(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    const size_t equals = part.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
    if (part.substr(0, equals) == name) return value == "true" || value == "1" || value == "yes" || value == "on";
  }
  return false;
}

}  // namespace

HttpAnswer Endpoints::Push(const ServerRequest& request, const CallContext& context) {
  (void)context;
  RequestModel model(request.body);
  const auto* source = model.Text("push_source_name");
  const auto* columns = model.Object("df");
  const bool allow_cache = model.Boolean("allow_registry_cache", true);
  const auto* to = model.OptionalText("to");
  model.Boolean("transform_on_write", true);
  if (!model.ok()) return model.Refusal();
  const std::string mode = to == nullptr ? "online" : to->get<std::string>();
  PushTarget target = PushTarget::kOnline;
  if (mode == "offline") {
    target = PushTarget::kOffline;
  } else if (mode == "online_and_offline") {
    target = PushTarget::kOnlineAndOffline;
  } else if (mode != "online") {
    return TextAnswer(500, mode +
                               " is not a supported push format. Please specify one of these ['online', 'offline', " +
                               "'online_and_offline'].");
  }
  const auto frame = Frame(*columns, options_.rows_max);
  if (!frame.ok()) return ErrorAnswer(frame.status());
  if (!allow_cache) {
    if (const arrow::Status status = store_.RefreshRegistry(); !status.ok()) return ErrorAnswer(status);
  }
  const std::string name = source->get<std::string>();
  const arrow::Status status = store_.Push(name, **frame, target);
  if (!status.ok()) return ErrorAnswer(status);
  metrics_.CountPush(name, mode);
  return {.content_type = ""};
}

HttpAnswer Endpoints::WriteToOnlineStore(const ServerRequest& request, const CallContext& context) {
  (void)context;
  RequestModel model(request.body);
  const auto* view = model.Text("feature_view_name");
  const auto* columns = model.Object("df");
  const bool allow_cache = model.Boolean("allow_registry_cache", true);
  model.Boolean("transform_on_write", true);
  if (!model.ok()) return model.Refusal();
  const auto frame = Frame(*columns, options_.rows_max);
  if (!frame.ok()) return ErrorAnswer(frame.status());
  if (!allow_cache) {
    if (const arrow::Status status = store_.RefreshRegistry(); !status.ok()) return ErrorAnswer(status);
  }
  const arrow::Status status = store_.WriteToOnlineStore(view->get<std::string>(), **frame);
  return status.ok() ? HttpAnswer{.body = "null"} : ErrorAnswer(status);
}

HttpAnswer Endpoints::Materialize(const ServerRequest& request, const CallContext& context) {
  (void)context;
  RequestModel model(request.body);
  const auto* start = model.OptionalText("start_ts");
  const auto* end = model.OptionalText("end_ts");
  const auto* views = model.Texts("feature_views", false);
  const bool any_time = model.Boolean("disable_event_timestamp", false);
  model.Boolean("full_feature_names", false);
  if (!model.ok()) return model.Refusal();
  MaterializeRequest wanted{.views = Names(views), .any_time = any_time};
  if (any_time) {
    wanted.start = Timestamp{};
    wanted.end = std::chrono::system_clock::now();
    return RunMaterialization(request, wanted);
  }
  if (start == nullptr || end == nullptr) {
    return TextAnswer(500, "start_ts and end_ts are required when disable_event_timestamp is False");
  }
  const auto from = MomentOf(start->get<std::string>(), "start_ts");
  if (!from.ok()) return ErrorAnswer(from.status());
  const auto until = MomentOf(end->get<std::string>(), "end_ts");
  if (!until.ok()) return ErrorAnswer(until.status());
  if (*from >= *until) {
    return TextAnswer(
        500, "start_ts (" + start->get<std::string>() + ") must be before end_ts (" + end->get<std::string>() + ")");
  }
  wanted.start = *from;
  wanted.end = *until;
  return RunMaterialization(request, wanted);
}

HttpAnswer Endpoints::MaterializeIncremental(const ServerRequest& request, const CallContext& context) {
  (void)context;
  RequestModel model(request.body);
  const auto* end = model.Text("end_ts");
  const auto* views = model.Texts("feature_views", false);
  model.Boolean("full_feature_names", false);
  if (!model.ok()) return model.Refusal();
  const auto until = MomentOf(end->get<std::string>(), "end_ts");
  if (!until.ok()) return ErrorAnswer(until.status());
  return RunMaterialization(request, {.views = Names(views), .end = *until});
}

HttpAnswer Endpoints::RunMaterialization(const ServerRequest& request, const MaterializeRequest& wanted) {
  const auto planned = store_.PlanMaterialization(wanted);
  if (!planned.ok()) return ErrorAnswer(planned.status());
  RequestModel::Json names = RequestModel::Json::array();
  {
    const std::lock_guard lock(mutex_);
    RequestModel::Json running = RequestModel::Json::array();
    for (const ViewInterval& interval : *planned) {
      names.push_back(interval.view);
      if (materializing_.contains(interval.view)) running.push_back(interval.view);
    }
    if (!running.empty() && !Asks(request.query, "force")) {
      return {
          .status = 409,
          .body = JsonText(RequestModel::Json{
              {"error", "These feature views are being materialized by this server already; wait, or use ?force=true"},
              {"feature_views", running}})};
    }
    for (const ViewInterval& interval : *planned) materializing_.insert(interval.view);
  }
  if (Asks(request.query, "async")) {
    const std::lock_guard lock(mutex_);
    const bool started = StartThread(&background_.emplace_back(), [this, intervals = *planned] {
      const CallScope scope({.stop = stop_.get_token(), .deadline = {}});
      const arrow::Status status = MaterializeNow(intervals);
      if (!status.ok()) std::fprintf(stderr, "Materializing failed: %s\n", Redacted(status.message()).c_str());
    });
    if (started)
      return {.status = 202, .body = JsonText(RequestModel::Json{{"status", "accepted"}, {"feature_views", names}})};
    background_.pop_back();
  }
  const arrow::Status status = MaterializeNow(*planned);
  return status.ok() ? HttpAnswer{.body = "null"} : ErrorAnswer(status);
}

arrow::Status Endpoints::MaterializeNow(const std::vector<ViewInterval>& planned) {
  const arrow::Status status = store_.Materialize(planned);
  const std::lock_guard lock(mutex_);
  for (const ViewInterval& interval : planned) materializing_.erase(interval.view);
  return status;
}

Endpoints::~Endpoints() {
  stop_.request_stop();
  for (std::thread& thread : background_) thread.join();
}

}  // namespace feast
