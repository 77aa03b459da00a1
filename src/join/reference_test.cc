// docs/semantics/point_in_time.md as the simplest possible code. It shares nothing with the streaming join, so that the
// two can be wrong only independently; it is slow and meant to be.
#include "join/reference_test.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/extension_type.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "arrow/util/decimal.h"

namespace feast::join {
namespace {

using WideInt = __int128;

int64_t TickNanoseconds(const arrow::DataType& type) {
  const auto of_unit = [](arrow::TimeUnit::type unit) {
    return unit == arrow::TimeUnit::SECOND  ? 1'000'000'000
           : unit == arrow::TimeUnit::MILLI ? 1'000'000
           : unit == arrow::TimeUnit::MICRO ? 1'000
                                            : 1;
  };
  switch (type.id()) {
    case arrow::Type::TIMESTAMP:
      return of_unit(static_cast<const arrow::TimestampType&>(type).unit());
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
      return of_unit(static_cast<const arrow::TimeType&>(type).unit());
    case arrow::Type::DURATION:
      return of_unit(static_cast<const arrow::DurationType&>(type).unit());
    case arrow::Type::DATE32:
      return int64_t{24} * 3600 * 1'000'000'000;
    default:
      return 1'000'000;
  }
}

// The whole number in any integer, boolean, temporal or floating scalar.
WideInt WholeNumber(const arrow::Scalar& scalar) {
  const std::string_view bytes = static_cast<const arrow::internal::PrimitiveScalarBase&>(scalar).view();
  const auto as = [&](auto value) {
    std::memcpy(&value, bytes.data(), sizeof value);
    return static_cast<WideInt>(value);
  };
  switch (scalar.type->id()) {
    case arrow::Type::BOOL:
      return as(bool{});
    case arrow::Type::INT8:
      return as(int8_t{});
    case arrow::Type::INT16:
      return as(int16_t{});
    case arrow::Type::INT32:
    case arrow::Type::DATE32:
    case arrow::Type::TIME32:
      return as(int32_t{});
    case arrow::Type::UINT8:
      return as(uint8_t{});
    case arrow::Type::UINT16:
      return as(uint16_t{});
    case arrow::Type::UINT32:
      return as(uint32_t{});
    case arrow::Type::UINT64:
      return as(uint64_t{});
    case arrow::Type::FLOAT:
      return as(float{});
    case arrow::Type::DOUBLE:
      return as(double{});
    default:
      return as(int64_t{});
  }
}

std::string Digits(WideInt number) {
  std::string digits;
  const bool negative = number < 0;
  for (WideInt rest = negative ? -number : number; digits.empty() || rest != 0; rest /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  return negative ? "-" + digits : digits;
}

// Any number as text, so that equal numbers of any two types have equal texts.
std::optional<std::string> FloatText(double value) {
  if (std::isnan(value)) return std::nullopt;
  if (value == std::trunc(value) && std::fabs(value) < 0x1p100) return Digits(static_cast<WideInt>(value));
  char text[64];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

// The unscaled digits without the zeros that only the scale put there, then what is left of the scale.
template <class Scalar>
std::string DecimalText(const arrow::Scalar& scalar) {
  std::string digits = static_cast<const Scalar&>(scalar).value.ToIntegerString();
  int32_t scale = static_cast<const arrow::DecimalType&>(*scalar.type).scale();
  if (digits == "0") return digits;
  for (; scale < 0; ++scale) digits += '0';
  for (; scale > 0 && digits.back() == '0'; --scale) digits.pop_back();
  return scale == 0 ? digits : digits + "e-" + std::to_string(scale);
}

// A key value as text; nullopt for nulls. Comparable values are equal exactly when their texts are.
std::optional<std::string> KeyText(const arrow::Scalar& scalar) {
  if (!scalar.is_valid) return std::nullopt;
  const arrow::Type::type id = scalar.type->id();
  if (id == arrow::Type::DICTIONARY) {
    return KeyText(*static_cast<const arrow::DictionaryScalar&>(scalar).GetEncodedValue().ValueOrDie());
  }
  if (id == arrow::Type::EXTENSION) return KeyText(*static_cast<const arrow::ExtensionScalar&>(scalar).value);
  if (arrow::is_base_binary_like(id) || arrow::is_binary_view_like(id) || id == arrow::Type::FIXED_SIZE_BINARY) {
    return static_cast<const arrow::BaseBinaryScalar&>(scalar).value->ToString();
  }
  if (id == arrow::Type::FLOAT) return FloatText(static_cast<const arrow::FloatScalar&>(scalar).value);
  if (id == arrow::Type::DOUBLE) return FloatText(static_cast<const arrow::DoubleScalar&>(scalar).value);
  if (id == arrow::Type::DECIMAL32) return DecimalText<arrow::Decimal32Scalar>(scalar);
  if (id == arrow::Type::DECIMAL64) return DecimalText<arrow::Decimal64Scalar>(scalar);
  if (id == arrow::Type::DECIMAL128) return DecimalText<arrow::Decimal128Scalar>(scalar);
  if (id == arrow::Type::DECIMAL256) return DecimalText<arrow::Decimal256Scalar>(scalar);
  if (arrow::is_temporal(id) || id == arrow::Type::DURATION)
    return Digits(WholeNumber(scalar) * TickNanoseconds(*scalar.type));
  return Digits(WholeNumber(scalar));
}

std::optional<std::string> CompositeKeyText(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& keys,
                                            int64_t row) {
  std::string text;
  for (const auto& key : keys) {
    const auto part = KeyText(*key->GetScalar(row).ValueOrDie());
    if (!part.has_value()) return std::nullopt;
    text += std::to_string(part->size()) + ":" + *part;
  }
  return text;
}

int64_t Saturated(WideInt value) {
  return static_cast<int64_t>(std::max<WideInt>(INT64_MIN, std::min<WideInt>(INT64_MAX, value)));
}

std::optional<int64_t> Moment(const arrow::ChunkedArray& column, int64_t row) {
  const auto scalar = column.GetScalar(row).ValueOrDie();
  if (!scalar->is_valid) return std::nullopt;
  return Saturated(WholeNumber(*scalar) * TickNanoseconds(*scalar->type));
}

struct SourceRow {
  int64_t event, created;
  SourcePosition position;

  auto Order() const { return std::tuple(event, created, position.fragment, position.row); }
};

std::map<std::string, std::vector<SourceRow>> RowsByKey(const std::vector<SourceColumns>& fragments) {
  std::map<std::string, std::vector<SourceRow>> by_key;
  for (size_t fragment = 0; fragment < fragments.size(); ++fragment) {
    const SourceColumns& columns = fragments[fragment];
    for (int64_t row = 0; row < columns.event_timestamp->length(); ++row) {
      const auto key = CompositeKeyText(columns.keys, row);
      const auto event = Moment(*columns.event_timestamp, row);
      const auto created = columns.created ? Moment(*columns.created, row) : std::nullopt;
      if (!key.has_value() || !event.has_value()) continue;
      by_key[*key].push_back(
          SourceRow{*event, created.value_or(INT64_MIN), {static_cast<int32_t>(fragment), static_cast<int32_t>(row)}});
    }
  }
  return by_key;
}

bool Matches(const SourceRow& row, int64_t moment, const JoinOptions& options) {
  if (row.event > moment) return false;
  const bool bounded = options.ttl_us.has_value() && *options.ttl_us > 0;
  if (bounded && row.event < Saturated(WideInt{moment} - Saturated(WideInt{*options.ttl_us} * 1000))) return false;
  if (options.source_start_ns.has_value() && row.event < *options.source_start_ns) return false;
  return !options.filter_by_created || row.created <= moment;
}

}  // namespace

arrow::Result<SourcePositions> ReferenceJoin(const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                                             const JoinOptions& options) {
  const auto by_key = RowsByKey(fragments);
  SourcePositions answer;
  for (int64_t i = 0; i < rows.event_timestamp->length(); ++i) {
    const auto key = CompositeKeyText(rows.keys, i);
    const auto moment = Moment(*rows.event_timestamp, i);
    const SourceRow* winner = nullptr;
    if (key.has_value() && moment.has_value() && by_key.contains(*key)) {
      for (const SourceRow& row : by_key.at(*key)) {
        if (Matches(row, *moment, options) && (winner == nullptr || row.Order() > winner->Order())) winner = &row;
      }
    }
    answer.push_back(winner == nullptr ? kNoRow : winner->position);
  }
  return answer;
}

arrow::Result<JoinFindings> ReferenceSurvey(const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                                            const JoinOptions& options) {
  const auto by_key = RowsByKey(fragments);
  ARROW_ASSIGN_OR_RAISE(const SourcePositions winners, ReferenceJoin(rows, fragments, options));
  JoinFindings findings;
  std::set<std::pair<std::string, int64_t>> seen;
  for (size_t i = 0; i < winners.size(); ++i) {
    const auto key = CompositeKeyText(rows.keys, static_cast<int64_t>(i));
    const auto moment = Moment(*rows.event_timestamp, static_cast<int64_t>(i));
    findings.age_ns.push_back(-1);
    if (!key.has_value() || !by_key.contains(*key)) {
      ++findings.no_entity;
      continue;
    }
    const std::vector<SourceRow>& candidates = by_key.at(*key);
    if (winners[i].row < 0) {
      const bool any =
          moment.has_value() && std::any_of(candidates.begin(), candidates.end(), [&](const SourceRow& row) {
            return row.event <= *moment && (!options.filter_by_created || row.created <= *moment);
          });
      ++(any ? findings.outside_window : findings.nothing_before);
      continue;
    }
    const SourceRow& winner = *std::find_if(candidates.begin(), candidates.end(), [&](const SourceRow& row) {
      return row.position.fragment == winners[i].fragment && row.position.row == winners[i].row;
    });
    findings.age_ns.back() = Saturated(WideInt{*moment} - winner.event);
    findings.created_later += winner.created > *moment;
    int64_t same_event = 0, same_created = 0;
    for (const SourceRow& row : candidates) {
      same_event += row.event == winner.event;
      same_created += row.event == winner.event && row.created == winner.created;
    }
    findings.ties_by_position += same_created > 1;
    findings.ties_by_created += same_event > 1 && same_created == 1;
    if (seen.emplace(*key, winner.event).second) findings.duplicate_rows += same_event - 1;
  }
  return findings;
}

}  // namespace feast::join
