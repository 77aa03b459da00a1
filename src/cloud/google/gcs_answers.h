// What Google Cloud Storage answers.
#pragma once

#include <string>

#include "http/http.h"

namespace feast {

/// What Google says is wrong: the JSON's message, or plain text.
std::string GcsServerText(const HttpResponse& response);
/// The version of the object that the answer describes; "" when it does not tell.
std::string GcsGeneration(const HttpResponse& response);

}  // namespace feast
