// What differs between two stored objects of one kind, field by field.
#pragma once

#include <vector>

#include "feast/plan.h"

namespace google::protobuf {
class Message;
}

namespace feast {

/// Differences that a person should see, sorted by path. Elements of lists are told apart by name, never by position.
/// Left out: times and version ids (everything called `meta`), pickled function bodies beside their source text, and
/// what projections repeat of their views.
std::vector<FieldChange> CompareStored(const google::protobuf::Message& before, const google::protobuf::Message& after);

/// Whether two stored objects are the same in everything but `meta`.
bool SameButMeta(const google::protobuf::Message& a, const google::protobuf::Message& b);

/// What tells an element of a repeated message field from its siblings: its name (and alias), or "" when it has none.
std::string ElementName(const google::protobuf::Message& element);

}  // namespace feast
