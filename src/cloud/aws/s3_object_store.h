// S3, and whatever speaks its protocol.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "cloud/object_store.h"
#include "http/http_client.h"
#include "system/variables.h"

namespace feast {

struct S3Options {
  std::string bucket = {};
  /// The endpoint and what configured it, e.g. FEAST_S3_ENDPOINT_URL. Empty: as AWS's tools are configured.
  std::string endpoint = {}, endpoint_source = {};
  /// Requests are not signed; for public buckets.
  bool anonymous = false;
  /// Arguments of every write, under the names boto3's put_object has: ServerSideEncryption, SSEKMSKeyId, ACL ...
  std::map<std::string, std::string> put_arguments = {};
  /// A read that S3 denies finds no object, instead of being an error. To whoever may not list the bucket, S3 denies
  /// reads of absent objects too; set it where absent objects are usual.
  bool denied_is_absent = false;
};

/// Reads profiles, not yet credentials. Invalid for a bad endpoint URL or an unknown put argument.
arrow::Result<std::unique_ptr<ObjectStore>> MakeS3ObjectStore(const S3Options& options,
                                                              const Variables& variables = ProcessVariables());

}  // namespace feast
