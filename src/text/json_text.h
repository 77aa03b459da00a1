// JSON from files and servers, and back into text, so that neither damage nor malice ends the process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace feast {

/// Values in values. What walks, copies, compares or prints JSON calls itself for each level, and nobody means so many.
inline constexpr int kJsonDepthMax = 500;

/// Whether `json` has more than `depth_max` brackets open at once. Text that is no JSON may get either answer.
bool IsNestedDeeper(std::string_view json, int depth_max);

/// A "discarded" value (is_discarded) for text that is not JSON, or is nested deeper than kJsonDepthMax.
template <class Json = nlohmann::json>
Json ParseJson(std::string_view text) {
  if (IsNestedDeeper(text, kJsonDepthMax)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// On one line unless `indent` is given. Bytes that are not UTF-8 are replaced; dump() would throw.
template <class Json>
std::string JsonText(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

/// Unset for what is no whole number of 64 bits: get<int64_t>() makes any number of 1e300.
template <class Json>
std::optional<int64_t> WholeNumber(const Json& json) {
  if (json.is_number_unsigned() && json.template get<uint64_t>() > uint64_t{INT64_MAX}) return std::nullopt;
  if (!json.is_number_integer()) return std::nullopt;
  return json.template get<int64_t>();
}

}  // namespace feast
