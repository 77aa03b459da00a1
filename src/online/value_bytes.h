// Feature values as online stores keep them: each a serialized feast.types.Value.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace feast {

/// The values of `column`, whose type is `type`'s in Arrow, as a binary array without nulls: a null value is an empty
/// Value, as in Feast. NotImplemented for a type that has no place in an online store here, naming it.
arrow::Result<std::shared_ptr<arrow::BinaryArray>> ValueBytesOf(const arrow::Array& column, const Type& type);

/// The field of a Value that holds values of a type: Feast gave the types the numbers of the fields. nullptr where
/// there is none.
const google::protobuf::FieldDescriptor* FieldOfValue(const Type& type);
/// What is said of a type without a place in online stores.
arrow::Status NoOnlinePlace(const Type& type);

}  // namespace feast
