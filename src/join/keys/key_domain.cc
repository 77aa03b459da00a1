#include "join/keys/key_domain.h"

#include <algorithm>

#include "arrow/extension_type.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "join/moments.h"

namespace feast::join {
namespace {

enum class Family { kNone, kNull, kBoolean, kInteger, kFloating, kDecimal, kBytes, kMoment, kTimeOfDay, kDuration };

Family FamilyOf(const arrow::DataType& type) {
  const arrow::Type::type id = type.id();
  if (id == arrow::Type::NA) return Family::kNull;
  if (id == arrow::Type::BOOL) return Family::kBoolean;
  if (arrow::is_integer(id)) return Family::kInteger;
  if (arrow::is_floating(id)) return Family::kFloating;
  if (arrow::is_decimal(id)) return Family::kDecimal;
  if (arrow::is_base_binary_like(id) || arrow::is_binary_view_like(id) || id == arrow::Type::FIXED_SIZE_BINARY) {
    return Family::kBytes;
  }
  if (id == arrow::Type::TIMESTAMP || id == arrow::Type::DATE32 || id == arrow::Type::DATE64) return Family::kMoment;
  if (id == arrow::Type::TIME32 || id == arrow::Type::TIME64) return Family::kTimeOfDay;
  if (id == arrow::Type::DURATION) return Family::kDuration;
  return Family::kNone;
}

int32_t DecimalScale(const arrow::DataType& type) {
  return arrow::is_decimal(type.id()) ? static_cast<const arrow::DecimalType&>(type).scale() : 0;
}

bool EitherIs(Family family, Family a, Family b) { return a == family || b == family; }

}  // namespace

const arrow::DataType& KeyValueType(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) {
    return KeyValueType(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  if (type.id() == arrow::Type::EXTENSION) {
    return KeyValueType(*static_cast<const arrow::ExtensionType&>(type).storage_type());
  }
  return type;
}

arrow::Result<KeyDomain> CommonKeyDomain(std::string_view column, const arrow::DataType& entity_type,
                                         const arrow::DataType& source_type) {
  const arrow::DataType& left = KeyValueType(entity_type);
  const arrow::DataType& right = KeyValueType(source_type);
  const Family a = FamilyOf(left), b = FamilyOf(right);
  const auto incomparable = [&] {
    return arrow::Status::TypeError(
        "Join key '", column, "' is ", entity_type.ToString(), " in the entity rows but ", source_type.ToString(),
        " in the source, and these cannot be compared. Cast one of them to the other's type.");
  };
  if (EitherIs(Family::kNone, a, b)) return incomparable();

  KeyDomain domain;
  // Comparable with everything and equal to nothing, so this comes before any other pair is refused.
  if (EitherIs(Family::kNull, a, b)) return domain;
  const auto among = [&](Family x, Family y) { return (a == x || a == y) && (b == x || b == y); };
  if (a == Family::kBytes && b == Family::kBytes) {
    domain.form = KeyDomain::kBytes;
  } else if (a == Family::kFloating && b == Family::kFloating) {
    domain.form = KeyDomain::kDouble;
  } else if (among(Family::kInteger, Family::kFloating)) {
    // Any other integer fits int64. With a uint64 on either side both are read as such, and what is negative equals
    // nothing.
    const bool is_unsigned = left.id() == arrow::Type::UINT64 || right.id() == arrow::Type::UINT64;
    domain.form = is_unsigned ? KeyDomain::kUnsigned : KeyDomain::kSigned;
  } else if (among(Family::kInteger, Family::kDecimal)) {
    domain.form = KeyDomain::kDecimal;
    // The finer scale holds the values of both. What does not fit 256 bits there equals nothing of the other side.
    domain.decimal_scale = std::max(DecimalScale(left), DecimalScale(right));
  } else if (a == b) {
    domain.form = KeyDomain::kSigned;
    // The finer unit holds the moments of both. 0 for booleans, which have none.
    domain.tick_ns = std::min(NanosecondsPerTick(left), NanosecondsPerTick(right));
  } else {
    return incomparable();
  }
  return domain;
}

}  // namespace feast::join
