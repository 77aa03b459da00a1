// The bytes by which online stores know an entity, as Feast writes them (entity_key_serialization_version 2 and 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast {

/// A join key under which values are kept.
struct KeyField {
  std::string name;
  ValueType type = ValueType::kInvalid;
};

/// The one key of views without entities.
inline constexpr const char* kNoEntityKeyName = "__dummy_id";

/// Makes entity keys of columns. Immutable; safe from several threads.
class EntityKeyEncoder {
 public:
  /// `fields` in the order in which columns will come; none for a view without entities. Invalid for a version other
  /// than 2 and 3, and for a type that no key can have: keys are String, Bytes, Int32, Int64 or UnixTimestamp.
  static arrow::Result<EntityKeyEncoder> Make(int version, std::vector<KeyField> fields);

  /// Keys of `rows` rows; `columns` one for each field, of the field's Arrow type. A row with a null gets an empty key.
  arrow::Result<std::vector<std::string>> Encode(const arrow::ArrayVector& columns, int64_t rows) const;
  /// What the keys of these join keys begin with. Then come the values, by AppendKeyNumber and AppendKeyText, in the
  /// order of `order()`: places in the fields that Make got.
  const std::string& prefix() const { return prefix_; }
  const std::vector<size_t>& order() const { return order_; }

 private:
  EntityKeyEncoder() = default;

  std::vector<KeyField> fields_;
  /// Columns by their join key's name, as values stand in a key.
  std::vector<size_t> order_;
  std::string prefix_;
};

/// `value` of a join key of type Int32, Int64 or UnixTimestamp (seconds), as it stands in an entity key.
void AppendKeyNumber(ValueType type, int64_t value, std::string* out);
/// The same for String and Bytes.
void AppendKeyText(ValueType type, std::string_view text, std::string* out);

/// MurmurHash3 of 128 bits (x64, seed 0) in hexadecimal digits: the id of an entity in DynamoDB, Datastore and HBase.
std::string EntityId(std::string_view key);

}  // namespace feast
