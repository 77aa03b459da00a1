// Requests to DynamoDB: JSON over HTTP, signed, tried again where that helps.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "cloud/aws/aws_credential_chain.h"
#include "feast/call_context.h"
#include "http/http_client.h"

namespace feast {

struct DynamodbClientOptions {
  std::string region;
  /// "" for what AWS's own tools are configured with, or AWS itself.
  std::string endpoint;
  int attempts_max = 3;
  std::chrono::milliseconds connect_patience{5000}, answer_patience{10'000};
};

/// Thread-safe; connections stay open for the next call.
class DynamodbClient {
 public:
  /// Reads the AWS tools' files, but no credentials yet. Invalid for an endpoint that is no URL.
  static arrow::Result<std::unique_ptr<DynamodbClient>> Open(DynamodbClientOptions options,
                                                             const Variables& variables = ProcessVariables());

  /// Calls an operation ("BatchGetItem") with a JSON body and returns the answer's. What DynamoDB refuses is an error
  /// whose code DynamodbErrorCode tells.
  arrow::Result<std::string> Call(const std::string& operation, std::string body, const CallContext& context);

  const std::string& endpoint() const { return endpoint_; }

 private:
  DynamodbClient(DynamodbClientOptions options, std::string endpoint, const Variables& variables);
  arrow::Result<HttpHeaders> Sign(const HttpRequest& request);
  arrow::Status Refusal(const std::string& operation, const std::string& code, const HttpResponse& response);

  const DynamodbClientOptions options_;
  const std::string endpoint_;
  const std::shared_ptr<HttpClient> http_;
  AwsCredentialChain credentials_;
};

/// "ResourceNotFoundException": what DynamoDB calls the error; "" for any other.
std::string DynamodbErrorCode(const arrow::Status& status);

}  // namespace feast
