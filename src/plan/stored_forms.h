// Definitions as the messages a registry stores, whatever their kind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feast/definitions.h"
#include "feast/plan.h"

namespace google::protobuf {
class Message;
}

namespace feast {

struct StoredForm {
  ObjectKind kind;
  std::string name;
  std::shared_ptr<google::protobuf::Message> message;
};

/// The stored form of everything in `definitions`, in the order of kinds.
std::vector<StoredForm> StoredForms(const Definitions& definitions, const std::string& project);

/// `stored` with only what this library's definitions can express: read and written again. A copy of `stored` itself
/// when it cannot be read.
std::shared_ptr<google::protobuf::Message> NormalForm(ObjectKind kind, const google::protobuf::Message& stored,
                                                      const std::string& project);

/// Carries over to `desired` what `stored` has but its normal form has not: fields of newer versions and the like.
void KeepUnmodelled(const google::protobuf::Message& stored, const google::protobuf::Message& normal,
                    google::protobuf::Message* desired);

}  // namespace feast
