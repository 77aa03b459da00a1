#include "serving/given_rows.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "arrow/builder.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "text/iso_moment.h"

namespace feast {

namespace {

using Kind = GivenValue::Kind;

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kReal:
      return "a number with a fraction";
    case Kind::kText:
      return "text";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      break;
  }
  return "a list";
}

/// kNull for none but nulls. Whole numbers among others count as others.
arrow::Result<Kind> SharedKind(const std::vector<GivenValue>& values) {
  Kind shared = Kind::kNull;
  for (const GivenValue& value : values) {
    if (value.kind == Kind::kNull || value.kind == shared) continue;
    const bool are_numbers = (value.kind == Kind::kReal && shared == Kind::kInteger) ||
                             (value.kind == Kind::kInteger && shared == Kind::kReal);
    if (shared != Kind::kNull && !are_numbers) {
      return arrow::Status::Invalid("It has ", KindName(shared), " and ", KindName(value.kind),
                                    "; give values of one type");
    }
    shared = are_numbers ? Kind::kReal : value.kind;
  }
  return shared;
}

template <typename Builder, typename Get>
arrow::Result<std::shared_ptr<arrow::Array>> Build(const std::vector<GivenValue>& values, Get get) {
  Builder builder;
  for (const GivenValue& value : values) {
    ARROW_RETURN_NOT_OK(value.kind == Kind::kNull ? builder.AppendNull() : builder.Append(get(value)));
  }
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> ArrayOf(const std::vector<GivenValue>& values, Kind kind) {
  const auto integer = [](const GivenValue& value) { return value.integer; };
  const auto text = [](const GivenValue& value) { return value.text; };
  switch (kind) {
    case Kind::kBoolean:
      return Build<arrow::BooleanBuilder>(values, [](const GivenValue& value) { return value.integer != 0; });
    case Kind::kInteger:
      return Build<arrow::Int64Builder>(values, integer);
    case Kind::kReal:
      return Build<arrow::DoubleBuilder>(values, [](const GivenValue& value) {
        return value.kind == Kind::kInteger ? static_cast<double>(value.integer) : value.real;
      });
    case Kind::kText:
      return Build<arrow::StringBuilder>(values, text);
    case Kind::kBytes:
      return Build<arrow::BinaryBuilder>(values, text);
    default:
      return arrow::MakeArrayOfNull(arrow::null(), static_cast<int64_t>(values.size()));
  }
}

/// All elements in one array, and where each list begins.
arrow::Result<std::shared_ptr<arrow::Array>> ListsOf(const GivenColumn& column) {
  std::vector<GivenValue> elements;
  arrow::Int32Builder offsets;
  for (const GivenValue& value : column.values) {
    if (value.kind == Kind::kNull) {
      ARROW_RETURN_NOT_OK(offsets.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(elements.size())));
    const auto& list = column.lists[static_cast<size_t>(value.integer)];
    elements.insert(elements.end(), list.begin(), list.end());
  }
  ARROW_RETURN_NOT_OK(offsets.Append(static_cast<int32_t>(elements.size())));
  ARROW_ASSIGN_OR_RAISE(const Kind kind, SharedKind(elements));
  if (kind == Kind::kList) return arrow::Status::Invalid("It has lists of lists, which no request data can be");
  ARROW_ASSIGN_OR_RAISE(const auto values, ArrayOf(elements, kind));
  ARROW_ASSIGN_OR_RAISE(const auto begins, offsets.Finish());
  return arrow::ListArray::FromArrays(*begins, *values);
}

/// "must be int64, not what was given": to be said of a key.
arrow::Status WrongKey(ValueType type, const std::string& given) {
  ARROW_ASSIGN_OR_RAISE(const auto wanted, Type::Of(type).ToArrow());
  return arrow::Status::TypeError("must be ", wanted->ToString(), ", not ", given);
}

arrow::Result<int64_t> NumberInText(std::string_view text, ValueType type) {
  int64_t number = 0;
  if (type == ValueType::kUnixTimestamp) {
    const auto micros = MicrosOfIsoMoment(text);
    if (!micros) return WrongKey(type, "the text '" + std::string(text) + "', which is no date and time");
    return std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(*micros)).count();
  }
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end) return number;
  return WrongKey(type, "the text '" + std::string(text) + "'");
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> ToArrow(const GivenColumn& column) {
  const auto make = [&]() -> arrow::Result<std::shared_ptr<arrow::Array>> {
    ARROW_ASSIGN_OR_RAISE(const Kind kind, SharedKind(column.values));
    return kind == Kind::kList ? ListsOf(column) : ArrayOf(column.values, kind);
  };
  auto made = make();
  if (!made.ok()) {
    return made.status().WithMessage("The column '", column.name, "' of the entity rows cannot be used. ",
                                     made.status().message());
  }
  return made;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> ToArrow(const GivenRows& rows) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const GivenColumn& column : rows.columns) {
    if (column.values.size() != rows.count) {
      return arrow::Status::Invalid("All columns of the entity rows must have one length; '", rows.columns[0].name,
                                    "' has ", rows.count, " values and '", column.name, "' ", column.values.size());
    }
    ARROW_ASSIGN_OR_RAISE(auto array, ToArrow(column));
    fields.push_back(arrow::field(column.name, array->type()));
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), static_cast<int64_t>(rows.count),
                                  std::move(arrays));
}

arrow::Result<int64_t> KeyNumberOf(const GivenValue& value, ValueType type, bool reads_numbers) {
  int64_t number = value.integer;
  // Beyond these, neighbours of a double are not whole numbers' neighbours.
  constexpr double kExactMax = 9007199254740992.0;
  if (value.kind == Kind::kReal && type != ValueType::kUnixTimestamp) {
    if (std::trunc(value.real) != value.real || std::abs(value.real) > kExactMax)
      return WrongKey(type, KindName(value.kind));
    number = static_cast<int64_t>(value.real);
  } else if (value.kind == Kind::kText && reads_numbers) {
    ARROW_ASSIGN_OR_RAISE(number, NumberInText(value.text, type));
  } else if (value.kind != Kind::kInteger || (type == ValueType::kUnixTimestamp && !reads_numbers)) {
    return WrongKey(type, KindName(value.kind));
  }
  if (type == ValueType::kInt32 &&
      (number < std::numeric_limits<int32_t>::min() || number > std::numeric_limits<int32_t>::max())) {
    return WrongKey(type, std::to_string(number));
  }
  return number;
}

arrow::Result<std::string_view> KeyTextOf(const GivenValue& value, ValueType type) {
  if (value.kind == Kind::kText || value.kind == Kind::kBytes) return value.text;
  return WrongKey(type, KindName(value.kind));
}

}  // namespace feast
