// boto3's arguments of put_object as HTTP headers.
#pragma once

#include <map>
#include <string>

#include "arrow/result.h"
#include "http/http.h"

namespace feast {

/// Invalid for a name that is not known, with the nearest one.
arrow::Result<HttpHeaders> S3PutHeaders(const std::map<std::string, std::string>& arguments);

}  // namespace feast
