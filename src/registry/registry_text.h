// What must be true of a registry before it is written: that it can be read again.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/core/Registry.pb.h"
#include "feast/plan.h"

namespace feast {

/// Invalid when a text in `object` is not UTF-8, with object, field and byte: protobuf writes such text, but nobody can
/// read the message again, nor any registry that it is in. `where`: " (file:line)" or "".
arrow::Status CheckText(ObjectKind kind, const std::string& name, const google::protobuf::Message& object,
                        const std::string& where = {});

/// Invalid when `bytes`, which `registry` was encoded to, cannot be parsed. Names the object that is to blame.
arrow::Status CheckReadable(const std::string& bytes, const core::Registry& registry, const std::string& location);

}  // namespace feast
