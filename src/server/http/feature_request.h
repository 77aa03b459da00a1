// The body of /get-online-features.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/exchange.h"
#include "serving/given_rows.h"
#include "serving/serving_plan.h"
#include "text/json_text.h"

namespace feast {

struct FeatureRequest {
  /// Its columns are those of `rows`.
  RequestShape shape;
  /// Points into the body and into `texts`.
  GivenRows rows;
  std::deque<std::string> texts;
};

/// Reads what programs send. False for what is unusual in any way, JSON or not; `request` is then of no use. `body`
/// must outlive the request.
bool ReadFeatureRequest(std::string_view body, FeatureRequest* request);

/// Reads whatever JSON there is. False, with `refusal` as Feast's server words it, for what is no such request.
bool ReadUnusualFeatureRequest(std::string_view body, FeatureRequest* request, HttpAnswer* refusal);

/// Takes the values of a column; Invalid for what is no value of a row.
arrow::Status TakeColumn(const nlohmann::ordered_json& values, GivenColumn* column, std::deque<std::string>* texts);

}  // namespace feast
