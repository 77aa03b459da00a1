#include "online/dynamodb/dynamodb_client.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "cloud/aws/aws_profiles.h"
#include "cloud/aws/aws_signature.h"
#include "http/url.h"

namespace feast {

namespace {

constexpr const char* kJsonType = "application/x-amz-json-1.0";
constexpr const char* kTargetPrefix = "DynamoDB_20120810.";

class DynamodbDetail : public arrow::StatusDetail {
 public:
  explicit DynamodbDetail(std::string code) : code_(std::move(code)) {}
  const char* type_id() const override { return "feast::DynamodbError"; }
  std::string ToString() const override { return code_; }

 private:
  std::string code_;
};

nlohmann::json ErrorOf(const HttpResponse& response) {
  auto error = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  return error.is_object() ? error : nlohmann::json::object();
}

/// What stands behind the last # of "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException".
std::string CodeOf(const HttpResponse& response) {
  const auto error = ErrorOf(response);
  const auto type = error.find("__type");
  if (type == error.end() || !type->is_string()) return "HTTP status " + std::to_string(response.status);
  const std::string name = *type;
  return name.substr(name.rfind('#') + 1);
}

bool IsPassingDynamodbError(const HttpResponse& response) {
  if (response.status != 400) return false;
  const std::string code = CodeOf(response);
  return code == "ProvisionedThroughputExceededException" || code == "ThrottlingException" ||
         code == "RequestLimitExceeded" || code == "LimitExceededException" || code == "TransactionInProgressException";
}

std::string AdviceOnDynamodb(const std::string& code) {
  if (code == "UnrecognizedClientException" || code == "InvalidSignatureException" ||
      code == "IncompleteSignatureException" || code == "MissingAuthenticationTokenException" ||
      code == "MissingAuthenticationToken") {
    return "Check that access key and secret belong together, and `online_store.region` in feature_store.yaml";
  }
  if (code == "ExpiredTokenException" || code == "ExpiredToken") return "The credentials have expired; get new ones";
  if (code == "AccessDeniedException") return "Allow the user or role this action on the table (IAM)";
  if (code == "ProvisionedThroughputExceededException" || code == "ThrottlingException" ||
      code == "RequestLimitExceeded") {
    return "Give the table more capacity, or let it bill by request, and try again";
  }
  if (code == "ValidationException") {
    return "An item may have 400 kB: make the values of the view smaller, or spread them over several views";
  }
  if (code == "LimitExceededException") return "Too many tables are being made or deleted; try again in a moment";
  return "Try again; should it stay so, see AWS's status page";
}

}  // namespace

std::string DynamodbErrorCode(const arrow::Status& status) {
  const bool is_one = status.detail() && status.detail()->type_id() == std::string_view("feast::DynamodbError");
  return is_one ? status.detail()->ToString() : "";
}

DynamodbClient::DynamodbClient(DynamodbClientOptions options, std::string endpoint, const Variables& variables)
    : options_(std::move(options)),
      endpoint_(std::move(endpoint)),
      http_(std::make_shared<HttpClient>(variables)),
      credentials_(variables, http_) {}

arrow::Result<std::unique_ptr<DynamodbClient>> DynamodbClient::Open(DynamodbClientOptions options,
                                                                    const Variables& variables) {
  std::string endpoint = options.endpoint;
  std::string source = "`online_store.endpoint_url` in feature_store.yaml";
  if (endpoint.empty()) {
    ARROW_ASSIGN_OR_RAISE(const AwsProfiles profiles, AwsProfiles::Load(variables));
    endpoint = AwsEndpoint(variables, profiles, "DYNAMODB", "dynamodb", &source);
  }
  if (endpoint.empty()) endpoint = "https://dynamodb." + options.region + "." + AwsDomain(options.region);
  const auto url = ParseHttpUrl(endpoint);
  if (!url.ok()) {
    return arrow::Status::Invalid("The endpoint of DynamoDB is no URL. Correct ", source,
                                  ", for example http://localhost:8000");
  }
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return std::unique_ptr<DynamodbClient>(new DynamodbClient(std::move(options), std::move(endpoint), variables));
}

arrow::Result<HttpHeaders> DynamodbClient::Sign(const HttpRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto credentials, credentials_.Get());
  return SignForAws(request, *credentials, {options_.region, "dynamodb"}, std::chrono::system_clock::now());
}

arrow::Result<std::string> DynamodbClient::Call(const std::string& operation, std::string body,
                                                const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  HttpRequest request;
  request.method = "POST";
  request.url = endpoint_ + "/";
  request.headers = {{"Content-Type", kJsonType}, {"X-Amz-Target", kTargetPrefix + operation}};
  request.body = std::move(body);
  request.context = context;
  request.patience.attempts_max = options_.attempts_max;
  request.patience.pause = std::chrono::milliseconds(50);
  request.patience.connect = options_.connect_patience;
  request.patience.stall =
      std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(options_.answer_patience));
  request.patience.rate_min_bytes = 1;
  request.try_again = &IsPassingDynamodbError;
  request.authorize = [this](const HttpRequest& unsigned_request) { return Sign(unsigned_request); };
  for (bool is_renewed = false;; is_renewed = true) {
    auto sent = http_->Send(request);
    if (!sent.ok()) {
      if (!sent.status().IsIOError()) return sent.status();
      return sent.status().WithMessage("DynamoDB cannot be reached. ", sent.status().message(),
                                       ". Region: ", options_.region);
    }
    if (sent->ok()) return std::move(sent->body);
    const std::string code = CodeOf(*sent);
    if (is_renewed || !code.starts_with("ExpiredToken")) return Refusal(operation, code, *sent);
    credentials_.Forget();
  }
}

arrow::Status DynamodbClient::Refusal(const std::string& operation, const std::string& code,
                                      const HttpResponse& response) {
  const auto error = ErrorOf(response);
  std::string said;
  for (const char* key : {"message", "Message"}) {
    if (error.contains(key) && error[key].is_string()) said = error[key];
  }
  const auto credentials = credentials_.Get();
  std::string message = "DynamoDB refuses " + operation + ": " + code + (said.empty() ? "" : ", " + said) + ". " +
                        AdviceOnDynamodb(code) + ". Region: " + options_.region + ", endpoint: " + endpoint_;
  if (credentials.ok()) message += ", credentials: " + (*credentials)->source;
  return {arrow::StatusCode::IOError, std::move(message), std::make_shared<DynamodbDetail>(code)};
}

}  // namespace feast
