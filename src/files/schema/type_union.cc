#include "files/schema/type_union.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "arrow/type.h"
#include "arrow/type_traits.h"

namespace feast::scan {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

bool IsList(const arrow::DataType& type) {
  return type.id() == arrow::Type::LIST || type.id() == arrow::Type::LARGE_LIST ||
         type.id() == arrow::Type::FIXED_SIZE_LIST;
}

bool IsLarge(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::LARGE_LIST:
      return true;
    default:
      return false;
  }
}

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING;
}

bool IsBytes(const arrow::DataType& type) {
  return type.id() == arrow::Type::BINARY || type.id() == arrow::Type::LARGE_BINARY ||
         type.id() == arrow::Type::FIXED_SIZE_BINARY;
}

bool IsDate(const arrow::DataType& type) { return arrow::is_date(type.id()); }
bool IsTimestamp(const arrow::DataType& type) { return type.id() == arrow::Type::TIMESTAMP; }

TypePtr IntegerOf(int bits, bool is_signed) {
  switch (bits) {
    case 8:
      return is_signed ? arrow::int8() : arrow::uint8();
    case 16:
      return is_signed ? arrow::int16() : arrow::uint16();
    case 32:
      return is_signed ? arrow::int32() : arrow::uint32();
    default:
      return is_signed ? arrow::int64() : arrow::uint64();
  }
}

TypePtr CommonInteger(const arrow::DataType& a, const arrow::DataType& b) {
  const bool a_signed = arrow::is_signed_integer(a.id()), b_signed = arrow::is_signed_integer(b.id());
  const int a_bits = a.bit_width(), b_bits = b.bit_width();
  if (a_signed == b_signed) return IntegerOf(std::max(a_bits, b_bits), a_signed);
  const int signed_bits = a_signed ? a_bits : b_bits, unsigned_bits = a_signed ? b_bits : a_bits;
  if (signed_bits > unsigned_bits) return IntegerOf(signed_bits, true);
  // No integer type holds both −1 and 2^64 − 1.
  return unsigned_bits < 64 ? IntegerOf(2 * unsigned_bits, true) : arrow::decimal128(20, 0);
}

TypePtr CommonFloating(const arrow::DataType& integer, const TypePtr& floating) {
  const int bits = integer.bit_width();
  if (bits == 8) return floating;
  if (bits == 16) return floating->id() == arrow::Type::DOUBLE ? arrow::float64() : arrow::float32();
  return arrow::float64();
}

/// A decimal's scale and how many digits it has before the point; an integer's are those of its greatest value.
struct Digits {
  int before, after;
};

Digits DigitsOf(const arrow::DataType& type) {
  if (arrow::is_decimal(type.id())) {
    const auto& decimal = static_cast<const arrow::DecimalType&>(type);
    return {decimal.precision() - decimal.scale(), decimal.scale()};
  }
  switch (type.bit_width()) {
    case 8:
      return {3, 0};
    case 16:
      return {5, 0};
    case 32:
      return {10, 0};
    default:
      return {arrow::is_signed_integer(type.id()) ? 19 : 20, 0};
  }
}

TypePtr CommonDecimal(const arrow::DataType& a, const arrow::DataType& b) {
  const Digits of_a = DigitsOf(a), of_b = DigitsOf(b);
  const int after = std::max(of_a.after, of_b.after);
  const int precision = std::max(of_a.before, of_b.before) + after;
  if (precision > arrow::Decimal256Type::kMaxPrecision) return nullptr;
  if (precision > arrow::Decimal128Type::kMaxPrecision) return arrow::decimal256(precision, after);
  return arrow::decimal128(precision, after);
}

TypePtr CommonNumber(const TypePtr& a, const TypePtr& b) {
  const bool a_integer = arrow::is_integer(a->id()), b_integer = arrow::is_integer(b->id());
  const bool a_decimal = arrow::is_decimal(a->id()), b_decimal = arrow::is_decimal(b->id());
  if (a_integer && b_integer) return CommonInteger(*a, *b);
  if ((a_decimal || a_integer) && (b_decimal || b_integer)) return CommonDecimal(*a, *b);
  // What 0.1 is as a decimal, no binary fraction is.
  if (a_decimal || b_decimal) return nullptr;
  if (a_integer) return CommonFloating(*a, b);
  if (b_integer) return CommonFloating(*b, a);
  return a->bit_width() > b->bit_width() ? a : b;
}

/// Timestamps and dates. A naive timestamp is UTC, a date the midnight it begins with.
TypePtr CommonMoment(const TypePtr& a, const TypePtr& b) {
  if (IsDate(*a) && IsDate(*b)) return arrow::date64();
  if (IsDate(*a)) return b;
  if (IsDate(*b)) return a;
  const auto& left = static_cast<const arrow::TimestampType&>(*a);
  const auto& right = static_cast<const arrow::TimestampType&>(*b);
  return arrow::timestamp(std::max(left.unit(), right.unit()),
                          left.timezone() == right.timezone() ? left.timezone() : "UTC");
}

TypePtr FinerOf(const TypePtr& a, const TypePtr& b, arrow::TimeUnit::type a_unit, arrow::TimeUnit::type b_unit) {
  return a_unit > b_unit ? a : b;
}

TypePtr CommonStruct(const arrow::DataType& a, const arrow::DataType& b) {
  const auto& left = static_cast<const arrow::StructType&>(a);
  const auto& right = static_cast<const arrow::StructType&>(b);
  arrow::FieldVector fields;
  for (const auto& field : left.fields()) {
    const auto others = right.GetAllFieldIndices(field->name());
    if (others.size() > 1 || left.GetAllFieldIndices(field->name()).size() > 1) return nullptr;
    if (others.empty()) {
      fields.push_back(field->WithNullable(true));
      continue;
    }
    const auto& other = right.field(others[0]);
    const TypePtr type = CommonType(field->type(), other->type());
    if (type == nullptr) return nullptr;
    fields.push_back(arrow::field(field->name(), type, field->nullable() || other->nullable()));
  }
  for (const auto& field : right.fields()) {
    if (left.GetFieldIndex(field->name()) < 0) fields.push_back(field->WithNullable(true));
  }
  return arrow::struct_(std::move(fields));
}

TypePtr CommonMap(const arrow::DataType& a, const arrow::DataType& b) {
  const auto& left = static_cast<const arrow::MapType&>(a);
  const auto& right = static_cast<const arrow::MapType&>(b);
  const TypePtr key = CommonType(left.key_type(), right.key_type());
  const TypePtr item = CommonType(left.item_type(), right.item_type());
  if (key == nullptr || item == nullptr) return nullptr;
  return arrow::map(key, left.item_field()->WithType(item)->WithNullable(true));
}

TypePtr CommonList(const arrow::DataType& a, const arrow::DataType& b) {
  const TypePtr element = CommonType(a.field(0)->type(), b.field(0)->type());
  if (element == nullptr) return nullptr;
  const auto field = arrow::field(a.field(0)->name(), element, a.field(0)->nullable() || b.field(0)->nullable());
  return IsLarge(a) || IsLarge(b) ? arrow::large_list(field) : arrow::list(field);
}

TypePtr CommonPlain(const TypePtr& a, const TypePtr& b) {
  const bool same_kind = a->id() == b->id();
  if (a->id() == arrow::Type::MAP || b->id() == arrow::Type::MAP) return same_kind ? CommonMap(*a, *b) : nullptr;
  if (IsList(*a) && IsList(*b)) return CommonList(*a, *b);
  if (same_kind && a->id() == arrow::Type::STRUCT) return CommonStruct(*a, *b);
  if (IsText(*a) && IsText(*b)) return arrow::large_utf8();
  if (IsBytes(*a) && IsBytes(*b)) return IsLarge(*a) || IsLarge(*b) ? arrow::large_binary() : arrow::binary();
  if ((IsTimestamp(*a) || IsDate(*a)) && (IsTimestamp(*b) || IsDate(*b))) return CommonMoment(a, b);
  if (arrow::is_time(a->id()) && arrow::is_time(b->id())) {
    return FinerOf(a, b, static_cast<const arrow::TimeType&>(*a).unit(),
                   static_cast<const arrow::TimeType&>(*b).unit());
  }
  if (same_kind && a->id() == arrow::Type::DURATION) {
    return FinerOf(a, b, static_cast<const arrow::DurationType&>(*a).unit(),
                   static_cast<const arrow::DurationType&>(*b).unit());
  }
  const auto is_number = [](const arrow::DataType& type) {
    return arrow::is_numeric(type.id()) || arrow::is_decimal(type.id());
  };
  return is_number(*a) && is_number(*b) ? CommonNumber(a, b) : nullptr;
}

std::shared_ptr<arrow::Field> PlainField(const arrow::Field& field) {
  return arrow::field(field.name(), PlainType(field.type()), field.nullable());
}

/// The type without what says nothing about values: how long texts and lists may be, whether there are nulls, the order
/// of a struct's fields.
TypePtr Essence(const TypePtr& type) {
  const auto field = [&](int i, const std::string& name) {
    return arrow::field(name, Essence(type->field(i)->type()));
  };
  if (IsText(*type)) return arrow::utf8();
  if (IsBytes(*type)) return arrow::binary();
  if (IsTimestamp(*type)) {
    return arrow::timestamp(arrow::TimeUnit::NANO, static_cast<const arrow::TimestampType&>(*type).timezone());
  }
  if (type->id() == arrow::Type::MAP) {
    const auto& map = static_cast<const arrow::MapType&>(*type);
    return arrow::map(Essence(map.key_type()), Essence(map.item_type()));
  }
  if (IsList(*type)) return arrow::list(field(0, "item"));
  if (type->id() != arrow::Type::STRUCT) return type;
  arrow::FieldVector fields;
  for (int i = 0; i < type->num_fields(); ++i) fields.push_back(field(i, type->field(i)->name()));
  std::ranges::sort(fields, {}, [](const auto& part) { return part->name(); });
  return arrow::struct_(std::move(fields));
}

}  // namespace

TypePtr PlainType(const TypePtr& stored) {
  switch (stored->id()) {
    case arrow::Type::DICTIONARY:
      return PlainType(static_cast<const arrow::DictionaryType&>(*stored).value_type());
    case arrow::Type::RUN_END_ENCODED:
      return PlainType(static_cast<const arrow::RunEndEncodedType&>(*stored).value_type());
    case arrow::Type::STRING_VIEW:
      return arrow::utf8();
    case arrow::Type::BINARY_VIEW:
      return arrow::binary();
    case arrow::Type::LIST:
    case arrow::Type::LIST_VIEW:
      return arrow::list(PlainField(*stored->field(0)));
    case arrow::Type::LARGE_LIST:
    case arrow::Type::LARGE_LIST_VIEW:
      return arrow::large_list(PlainField(*stored->field(0)));
    case arrow::Type::FIXED_SIZE_LIST:
      return arrow::fixed_size_list(PlainField(*stored->field(0)),
                                    static_cast<const arrow::FixedSizeListType&>(*stored).list_size());
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(*stored);
      return arrow::map(PlainType(map.key_type()), PlainField(*map.item_field()), map.keys_sorted());
    }
    case arrow::Type::STRUCT: {
      arrow::FieldVector fields;
      for (const auto& field : stored->fields()) fields.push_back(PlainField(*field));
      return arrow::struct_(std::move(fields));
    }
    default:
      return stored;
  }
}

TypePtr CommonType(const TypePtr& a, const TypePtr& b) {
  const TypePtr left = PlainType(a), right = PlainType(b);
  if (left->Equals(*right) || right->id() == arrow::Type::NA) return left;
  if (left->id() == arrow::Type::NA) return right;
  return CommonPlain(left, right);
}

bool MayWiden(const TypePtr& from, const TypePtr& to) {
  const TypePtr common = CommonType(from, to);
  return common != nullptr && Essence(common)->Equals(*Essence(to));
}

}  // namespace feast::scan
