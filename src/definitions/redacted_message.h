// Stored objects as listings, dumps and `repr` may show them.
#pragma once

#include <memory>
#include <string>

namespace google::protobuf {
class Message;
}

namespace feast {

/// A copy without the secrets that its texts and maps give away (text/redaction.h).
std::unique_ptr<google::protobuf::Message> RedactedCopy(const google::protobuf::Message& message);

/// ToJson of that copy: to be read by people, not to be read back.
std::string ToShownJson(const google::protobuf::Message& message);

/// The name of a field (at any depth, tags and descriptions apart) whose text is a URL with a secret; "" when none is.
std::string FieldWithSecretUrl(const google::protobuf::Message& message);

}  // namespace feast
