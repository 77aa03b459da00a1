// What object stores and their login services answer: status, headers and a body of XML, JSON or anything.
#include <string>
#include <utility>

#include "cloud/aws/s3_errors.h"
#include "cloud/google/gcs_answers.h"
#include "cloud/object_bucket.h"
#include "http/http.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  feast::fuzz::Input input(data, size);
  feast::HttpResponse response;
  response.status = 200 + input.Byte() * 2;
  std::string region;
  for (int length = input.Byte() % 16; length > 0; --length) region += static_cast<char>(input.Byte());
  response.headers.Set("x-amz-bucket-region", std::move(region));
  response.body = input.Rest();
  const feast::S3Call call{"GET", "bucket", "s3://bucket/key", "eu-west-1", "", ""};
  static_cast<void>(feast::S3ErrorCode(response));
  static_cast<void>(feast::S3BucketRegion(response));
  static_cast<void>(feast::GcsServerText(response));
  static_cast<void>(feast::GcsGeneration(response));
  feast::fuzz::Require(!feast::ExplainS3Refusal(call, response).message.empty());
  static_cast<void>(feast::IsPassingS3Error(response));
  const auto size_of_body = static_cast<int64_t>(response.body.size());
  const auto range = feast::ReadRangeAnswer(std::move(response), "ETag");
  feast::fuzz::Require(!range.ok() || static_cast<int64_t>(range->bytes.size()) == size_of_body);
  return 0;
}
