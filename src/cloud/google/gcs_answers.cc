#include "cloud/google/gcs_answers.h"

#include "system/variables.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::json;

constexpr size_t kServerTextMax = 300;

}  // namespace

std::string GcsServerText(const HttpResponse& response) {
  const Json json = ParseJson<Json>(response.body);
  if (json.is_object() && json.contains("error") && json["error"].is_object()) {
    const auto message = json["error"].find("message");
    if (message == json["error"].end() || !message->is_string()) return "";
    return message->get<std::string>().substr(0, kServerTextMax);
  }
  return json.is_discarded() ? Trimmed(response.body.substr(0, kServerTextMax)) : "";
}

std::string GcsGeneration(const HttpResponse& response) {
  const Json json = ParseJson<Json>(response.body);
  if (!json.is_object() || !json.contains("generation")) return {};
  const Json& generation = json["generation"];
  return generation.is_string() ? generation.get<std::string>() : JsonText(generation);
}

}  // namespace feast
