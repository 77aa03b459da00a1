#include "server/http/exchange.h"

#include <algorithm>
#include <array>

#include "feast/errors.h"
#include "text/json_append.h"
#include "text/json_text.h"
#include "text/redaction.h"

namespace feast {

namespace {

// FeastObjectNotFoundException and what derives from it.
constexpr std::array<std::string_view, 14> kNotFound = {
    "FeastObjectNotFoundException",
    "EntityNotFoundException",
    "FeatureServiceNotFoundException",
    "FeatureViewNotFoundException",
    "OnDemandFeatureViewNotFoundException",
    "DataSourceObjectNotFoundException",
    "SavedDatasetNotFound",
    "ValidationReferenceNotFound",
    "PermissionObjectNotFoundException",
    "ProjectObjectNotFoundException",
    "FeatureViewVersionNotFound",
    "RequestDataNotFoundInEntityDfException",
    "RequestDataNotFoundInEntityRowsException",
    "S3RegistryBucketNotExist",
};

int StatusOfClass(std::string_view name) {
  if (std::find(kNotFound.begin(), kNotFound.end(), name) != kNotFound.end()) return 404;
  if (name == "PushSourceNotFoundException") return 422;
  if (name == "FeastPermissionError") return 403;
  return 500;
}

int StatusOfCode(const arrow::Status& status) {
  switch (status.code()) {
    case arrow::StatusCode::Cancelled:
      return 504;
    case arrow::StatusCode::OutOfMemory:
      return 503;
    case arrow::StatusCode::CapacityError:
      return 413;
    default:
      return 500;
  }
}

}  // namespace

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Internal Server Error";
  }
}

HttpAnswer DetailAnswer(int status, std::string_view detail) {
  HttpAnswer answer{.status = status};
  answer.body = "{\"detail\":";
  AppendJsonString(detail, &answer.body);
  answer.body += '}';
  return answer;
}

HttpAnswer TextAnswer(int status, std::string_view text) {
  HttpAnswer answer{.status = status};
  AppendJsonString(text, &answer.body);
  return answer;
}

HttpAnswer ErrorAnswer(const arrow::Status& status) {
  const std::string message = Redacted(status.message());
  const std::string_view name = ErrorClass(status);
  if (name.empty()) return TextAnswer(StatusOfCode(status), message);
  // As Python's json.dumps writes it, within a string.
  const auto quoted = [](std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::json::error_handler_t::replace);
  };
  return TextAnswer(StatusOfClass(name), R"({"module": "feast.errors", "class": )" + quoted(name) + R"(, "message": )" +
                                             quoted(message) + "}");
}

}  // namespace feast
