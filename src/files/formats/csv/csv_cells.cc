#include "files/formats/csv/csv_cells.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "arrow/array/array_binary.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/builder_time.h"
#include "arrow/array/util.h"
#include "arrow/memory_pool.h"
#include "arrow/type.h"
#include "arrow/util/utf8.h"
#include "files/formats/csv/text_moment.h"

namespace feast::scan {
namespace {

constexpr size_t kShownCellMax = 60;

/// What stands for "no value" in a column of numbers, times or truth values. In text these are text.
constexpr std::array<std::string_view, 13> kNullWords = {"",     "NA",   "N/A", "#N/A", "n/a",  "NULL", "null",
                                                         "None", "none", "NaN", "nan",  "-NaN", "-nan"};

bool IsUserNull(std::string_view cell, const CsvOptions& options) {
  return std::ranges::find(options.nulls, cell) != options.nulls.end();
}

bool IsNull(std::string_view cell, const CsvOptions& options) {
  return std::ranges::find(kNullWords, cell) != kNullWords.end() || IsUserNull(cell, options);
}

std::string Shown(std::string_view cell) {
  std::string text = "'";
  for (const char c : cell.substr(0, kShownCellMax)) text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  return text + (cell.size() > kShownCellMax ? "…'" : "'");
}

std::optional<bool> ParseBoolean(std::string_view cell) {
  if (cell == "true" || cell == "True" || cell == "TRUE" || cell == "1") return true;
  if (cell == "false" || cell == "False" || cell == "FALSE" || cell == "0") return false;
  return std::nullopt;
}

template <class Number>
std::optional<Number> ParseNumber(std::string_view cell) {
  Number number;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  return error == std::errc() && end == cell.data() + cell.size() ? std::optional(number) : std::nullopt;
}

template <class Number>
std::optional<Number> ParseFloating(std::string_view cell, const CsvOptions& options) {
  if (options.decimal_point == '.') return ParseNumber<Number>(cell);
  std::string with_point(cell);
  if (with_point.find('.') != std::string::npos) return std::nullopt;
  std::ranges::replace(with_point, options.decimal_point, '.');
  return ParseNumber<Number>(with_point);
}

/// Also "7.0": pandas writes integers so where some are missing.
template <class Number>
std::optional<Number> ParseInteger(std::string_view cell, const CsvOptions& options) {
  if (const auto number = ParseNumber<Number>(cell)) return number;
  const size_t point = cell.find(options.decimal_point);
  if (point != std::string_view::npos && point > 0 &&
      cell.find_first_not_of('0', point + 1) == std::string_view::npos) {
    return ParseNumber<Number>(cell.substr(0, point));
  }
  // Of a number of more digits, a double may be another one, and whole when it is not.
  constexpr int64_t kExactDigits = 15;
  if (std::ranges::count_if(cell, [](char c) { return c >= '0' && c <= '9'; }) > kExactDigits) return std::nullopt;
  const auto floating = ParseFloating<double>(cell, options);
  if (!floating || std::trunc(*floating) != *floating) return std::nullopt;
  if (*floating < static_cast<double>(std::numeric_limits<Number>::min()) ||
      *floating > static_cast<double>(std::numeric_limits<Number>::max())) {
    return std::nullopt;
  }
  return static_cast<Number>(*floating);
}

arrow::Status NotUtf8(std::string_view cell, int64_t row) {
  size_t good = 0;
  while (good < cell.size()) {
    size_t next = good + 1;
    while (next < cell.size() && (static_cast<unsigned char>(cell[next]) & 0xC0) == 0x80) ++next;
    if (!arrow::util::ValidateUTF8(cell.substr(good, next - good))) break;
    good = next;
  }
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "0x%02X", static_cast<unsigned char>(cell[std::min(good, cell.size() - 1)]));
  return arrow::Status::Invalid("row ", row, " is not UTF-8: byte ", good + 1, " of the cell is ", hex.data(),
                                ". Convert the file to UTF-8.");
}

class CellReader {
 public:
  CellReader(const arrow::Array& cells, const arrow::DataType& type, const CsvOptions& options, int64_t first_row)
      : cells_(static_cast<const arrow::BinaryArray&>(cells)), type_(type), options_(options), first_row_(first_row) {}

  /// `parse` gives a cell's value, or unset when it is none.
  template <class Builder, class Parse>
  arrow::Result<std::shared_ptr<arrow::Array>> Read(Builder* builder, Parse parse) {
    ARROW_RETURN_NOT_OK(builder->Reserve(cells_.length()));
    for (int64_t i = 0; i < cells_.length(); ++i) {
      const std::string_view cell = cells_.IsNull(i) ? std::string_view() : cells_.GetView(i);
      if (cells_.IsNull(i) || IsNull(cell, options_)) {
        builder->UnsafeAppendNull();
        continue;
      }
      const auto value = parse(cell);
      if (!value) return NoSuchValue(cell, i);
      builder->UnsafeAppend(*value);
    }
    return builder->Finish();
  }

  template <class Builder>
  arrow::Result<std::shared_ptr<arrow::Array>> ReadText(Builder* builder, bool is_utf8) {
    for (int64_t i = 0; i < cells_.length(); ++i) {
      const std::string_view cell = cells_.IsNull(i) ? std::string_view() : cells_.GetView(i);
      if (cells_.IsNull(i) || IsUserNull(cell, options_)) {
        ARROW_RETURN_NOT_OK(builder->AppendNull());
        continue;
      }
      if (is_utf8 && !arrow::util::ValidateUTF8(cell)) return NotUtf8(cell, first_row_ + i);
      ARROW_RETURN_NOT_OK(builder->Append(cell));
    }
    return builder->Finish();
  }

 private:
  arrow::Status NoSuchValue(std::string_view cell, int64_t i) const {
    if (!arrow::util::ValidateUTF8(cell)) return NotUtf8(cell, first_row_ + i);
    const bool is_moment = type_.id() == arrow::Type::TIMESTAMP || arrow::is_date(type_.id());
    return arrow::Status::Invalid("row ", first_row_ + i, " holds ", Shown(cell), ", which is no ", type_.ToString(),
                                  is_moment ? std::string(" (read are ") + std::string(kMomentForms) + ")" : "", ".");
  }

  const arrow::BinaryArray& cells_;
  const arrow::DataType& type_;
  const CsvOptions& options_;
  const int64_t first_row_;
};

template <class ArrowType>
arrow::Result<std::shared_ptr<arrow::Array>> ReadNumbers(CellReader* reader, const CsvOptions& options) {
  using Number = typename ArrowType::c_type;
  arrow::NumericBuilder<ArrowType> builder;
  return reader->Read(&builder, [&](std::string_view cell) -> std::optional<Number> {
    if constexpr (std::is_integral_v<Number>) {
      return ParseInteger<Number>(cell, options);
    } else {
      return ParseFloating<Number>(cell, options);
    }
  });
}

arrow::Result<std::shared_ptr<arrow::Array>> ReadMoments(CellReader* reader,
                                                         const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() == arrow::Type::DATE32) {
    arrow::Date32Builder builder;
    return reader->Read(&builder, [](std::string_view cell) -> std::optional<int32_t> {
      const auto moment = ParseMoment(cell);
      constexpr int64_t kDaySeconds = 86400;
      if (!moment || moment->has_time) return std::nullopt;
      return static_cast<int32_t>(moment->seconds / kDaySeconds);
    });
  }
  arrow::TimestampBuilder builder(type, arrow::default_memory_pool());
  const auto unit = static_cast<const arrow::TimestampType&>(*type).unit();
  return reader->Read(&builder, [&](std::string_view cell) -> std::optional<int64_t> {
    const auto moment = ParseMoment(cell);
    if (!moment) return std::nullopt;
    if (unit == arrow::TimeUnit::NANO) return moment->SaturatingNanoseconds();
    if (unit == arrow::TimeUnit::MICRO) return moment->Microseconds();
    return moment->nanoseconds == 0 ? std::optional(moment->seconds) : std::nullopt;
  });
}

/// A type that a user may declare, and whether a cell, which is no null, is a value of it.
struct CellType {
  const char* name;
  bool (*holds)(std::string_view cell, const CsvOptions& options);
};

constexpr std::array<CellType, 7> kCellTypes = {{
    {"bool", [](std::string_view cell, const CsvOptions&) { return ParseBoolean(cell).has_value(); }},
    {"int32",
     [](std::string_view cell, const CsvOptions& options) { return ParseInteger<int32_t>(cell, options).has_value(); }},
    {"int64",
     [](std::string_view cell, const CsvOptions& options) { return ParseInteger<int64_t>(cell, options).has_value(); }},
    {"float",
     [](std::string_view cell, const CsvOptions& options) { return ParseFloating<float>(cell, options).has_value(); }},
    {"double",
     [](std::string_view cell, const CsvOptions& options) { return ParseFloating<double>(cell, options).has_value(); }},
    {"timestamp", [](std::string_view cell, const CsvOptions&) { return ParseMoment(cell).has_value(); }},
    {"timestamp[us]",
     [](std::string_view cell, const CsvOptions&) {
       const auto moment = ParseMoment(cell);
       return moment && moment->Microseconds().has_value();
     }},
}};

}  // namespace

bool IsCellType(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
    case arrow::Type::DATE32:
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::BINARY:
      return true;
    case arrow::Type::TIMESTAMP: {
      const auto unit = static_cast<const arrow::TimestampType&>(type).unit();
      return unit != arrow::TimeUnit::MILLI;
    }
    default:
      return false;
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> CellsAs(const arrow::Array& cells,
                                                     const std::shared_ptr<arrow::DataType>& type,
                                                     const CsvOptions& options, int64_t first_row) {
  CellReader reader(cells, *type, options, first_row);
  switch (type->id()) {
    case arrow::Type::NA: {
      // Said of a column that had no value when it was looked at.
      arrow::BooleanBuilder none;
      ARROW_RETURN_NOT_OK(reader.Read(&none, [](std::string_view) { return std::optional<bool>(); }));
      return arrow::MakeArrayOfNull(type, cells.length());
    }
    case arrow::Type::BOOL: {
      arrow::BooleanBuilder builder;
      return reader.Read(&builder, ParseBoolean);
    }
    case arrow::Type::INT32:
      return ReadNumbers<arrow::Int32Type>(&reader, options);
    case arrow::Type::INT64:
      return ReadNumbers<arrow::Int64Type>(&reader, options);
    case arrow::Type::FLOAT:
      return ReadNumbers<arrow::FloatType>(&reader, options);
    case arrow::Type::DOUBLE:
      return ReadNumbers<arrow::DoubleType>(&reader, options);
    case arrow::Type::DATE32:
    case arrow::Type::TIMESTAMP:
      return ReadMoments(&reader, type);
    case arrow::Type::LARGE_STRING: {
      arrow::LargeStringBuilder builder;
      return reader.ReadText(&builder, true);
    }
    case arrow::Type::BINARY: {
      arrow::BinaryBuilder builder;
      return reader.ReadText(&builder, false);
    }
    default: {
      arrow::StringBuilder builder;
      return reader.ReadText(&builder, true);
    }
  }
}

void CellGuess::Look(const arrow::Array& cells, const CsvOptions& options, int64_t first_row) {
  const auto& texts = static_cast<const arrow::BinaryArray&>(cells);
  const auto is_known = [&] { return kind_ == Kind::kText && against_.size() == kCellTypes.size(); };
  for (int64_t i = 0; i < texts.length() && !is_known(); ++i) {
    if (texts.IsValid(i)) LookAt(texts.GetView(i), options, first_row + i);
  }
}

CellGuess::Kind CellGuess::KindOf(std::string_view cell, const CsvOptions& options) {
  if (const auto integer = ParseNumber<int64_t>(cell)) {
    const std::string_view digits = cell.substr(cell.front() == '-' ? 1 : 0);
    // A number would lose its zeros.
    if (digits.size() > 1 && digits.front() == '0') return Kind::kText;
    constexpr int64_t kExactMax = int64_t{1} << 53;
    has_huge_integer_ |= *integer > kExactMax || *integer < -kExactMax;
    return Kind::kInteger;
  }
  if (ParseFloating<double>(cell, options)) {
    // So would what has a sign, a point or an exponent, but that is how numbers are written; a run of digits too long
    // for an integer is a name.
    return cell.find_first_not_of("0123456789") == std::string_view::npos ? Kind::kText : Kind::kDouble;
  }
  if (ParseBoolean(cell)) return Kind::kBoolean;
  const auto moment = ParseMoment(cell);
  if (!moment) return Kind::kText;
  has_fraction_ |= moment->nanoseconds != 0;
  needs_nanoseconds_ |= moment->nanoseconds % 1000 != 0;
  if (!moment->has_time) return Kind::kDate;
  return moment->has_zone ? Kind::kZonedTime : Kind::kTime;
}

void CellGuess::LookAt(std::string_view cell, const CsvOptions& options, int64_t row) {
  if (IsNull(cell, options)) return;
  const Kind before = kind_, found = KindOf(cell, options);
  const auto are_both = [&](Kind from, Kind to) {
    return before >= from && before <= to && found >= from && found <= to;
  };
  if (before == Kind::kNothing || before == found) {
    kind_ = found;
  } else if (are_both(Kind::kInteger, Kind::kDouble) || are_both(Kind::kDate, Kind::kZonedTime)) {
    kind_ = std::max(before, found);
  } else {
    kind_ = Kind::kText;
  }
  if (kind_ == Kind::kDouble && has_huge_integer_) kind_ = Kind::kText;
  NoteWhatItIsNot(cell, options, row);
}

void CellGuess::NoteWhatItIsNot(std::string_view cell, const CsvOptions& options, int64_t row) {
  if (against_.size() == kCellTypes.size()) return;
  for (const CellType& type : kCellTypes) {
    if (against_.contains(type.name) || type.holds(cell, options)) continue;
    against_[type.name] = "row " + std::to_string(row) + " holds " + Shown(cell);
  }
}

std::shared_ptr<arrow::DataType> CellGuess::type() const {
  const auto unit = needs_nanoseconds_ ? arrow::TimeUnit::NANO
                    : has_fraction_    ? arrow::TimeUnit::MICRO
                                       : arrow::TimeUnit::SECOND;
  switch (kind_) {
    case Kind::kNothing:
      return arrow::null();
    case Kind::kBoolean:
      return arrow::boolean();
    case Kind::kInteger:
      return arrow::int64();
    case Kind::kDouble:
      return arrow::float64();
    case Kind::kDate:
      return arrow::date32();
    case Kind::kTime:
      return arrow::timestamp(unit);
    case Kind::kZonedTime:
      return arrow::timestamp(unit, "UTC");
    case Kind::kText:
      break;
  }
  return arrow::utf8();
}

}  // namespace feast::scan
