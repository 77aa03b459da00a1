#include "cloud/aws/s3_put_arguments.h"

#include <algorithm>
#include <vector>

#include "text/did_you_mean.h"

namespace feast {

namespace {

struct AllowedArgument {
  const char* argument;
  const char* header;
};

constexpr AllowedArgument kAllowedArguments[] = {
    {"ACL", "x-amz-acl"},
    {"BucketKeyEnabled", "x-amz-server-side-encryption-bucket-key-enabled"},
    {"CacheControl", "Cache-Control"},
    {"ContentDisposition", "Content-Disposition"},
    {"ContentEncoding", "Content-Encoding"},
    {"ContentLanguage", "Content-Language"},
    {"ContentType", "Content-Type"},
    {"ExpectedBucketOwner", "x-amz-expected-bucket-owner"},
    {"Expires", "Expires"},
    {"GrantFullControl", "x-amz-grant-full-control"},
    {"GrantRead", "x-amz-grant-read"},
    {"GrantReadACP", "x-amz-grant-read-acp"},
    {"GrantWriteACP", "x-amz-grant-write-acp"},
    {"RequestPayer", "x-amz-request-payer"},
    {"SSEKMSEncryptionContext", "x-amz-server-side-encryption-context"},
    {"SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id"},
    {"ServerSideEncryption", "x-amz-server-side-encryption"},
    {"StorageClass", "x-amz-storage-class"},
    {"Tagging", "x-amz-tagging"},
    {"WebsiteRedirectLocation", "x-amz-website-redirect-location"},
};

}  // namespace

arrow::Result<HttpHeaders> S3PutHeaders(const std::map<std::string, std::string>& arguments) {
  HttpHeaders headers;
  for (const auto& [name, value] : arguments) {
    const auto* row = std::find_if(std::begin(kAllowedArguments), std::end(kAllowedArguments),
                                   [&name = name](const AllowedArgument& r) { return name == r.argument; });
    if (row == std::end(kAllowedArguments)) {
      std::vector<std::string> known;
      for (const AllowedArgument& each : kAllowedArguments) known.emplace_back(each.argument);
      return arrow::Status::Invalid("'s3_additional_kwargs' cannot have '", name, "'.", DidYouMean(name, known),
                                    " It takes the arguments of boto3's put_object that are headers, such as "
                                    "ServerSideEncryption, SSEKMSKeyId, ACL, StorageClass and Tagging");
    }
    if (value.find_first_of("\r\n") != std::string::npos) {
      return arrow::Status::Invalid("'s3_additional_kwargs.", name, "' must be one line of text");
    }
    headers.Set(row->header, value);
  }
  return headers;
}

}  // namespace feast
