// A request and its answer, whatever carried them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feast/call_context.h"

namespace feast {

struct ServerRequest {
  std::string method;
  /// Without its query.
  std::string path;
  std::string query;
  std::string content_type, authorization;
  /// Bytes of the peer's address.
  std::string client;
  std::string body;
};

struct HttpAnswer {
  int status = 200;
  /// "" for an answer without a body.
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// "Not Found"
std::string_view ReasonOf(int status);

/// {"detail":"…"}, as FastAPI answers what is no call.
HttpAnswer DetailAnswer(int status, std::string_view detail);
/// A JSON string.
HttpAnswer TextAnswer(int status, std::string_view text);
/// An error as Feast's server tells it: its class's status and words where it has one, else 500 and the message.
HttpAnswer ErrorAnswer(const arrow::Status& status);

}  // namespace feast
