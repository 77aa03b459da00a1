#include "files/output/column_encoding.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "arrow/array/data.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "arrow/util/compression.h"

namespace feast::scan {
namespace {

constexpr int64_t kSampleValues = 2048;
constexpr int64_t kFewestValues = 1024;
/// What a dictionary has to leave of the bytes, and compression of theirs, to be worth its time.
constexpr double kDictionaryLeaves = 0.75;
constexpr double kCompressionLeaves = 0.95;
constexpr double kBytesOfPosition = 2;

/// The values of a column that are not null. The slots of nulls would mislead: they hold the same value mostly.
class PresentValues {
 public:
  PresentValues(const arrow::ArrayData& rows, int width)
      : rows_(rows), width_(width), values_(rows.buffers[1]->data() + rows.offset * width) {}

  int64_t count() const { return rows_.length - rows_.GetNullCount(); }

  /// Some from all over the column, in order of their bits.
  std::vector<uint64_t> Spread() const {
    std::vector<uint64_t> sample;
    const int64_t step = std::max<int64_t>(1, count() / kSampleValues);
    for (int64_t row = 0; row < rows_.length; row += step) {
      if (rows_.IsValid(row)) std::memcpy(&sample.emplace_back(0), values_ + row * width_, width_);
    }
    std::sort(sample.begin(), sample.end());
    return sample;
  }

  /// The bytes of neighbours in the middle of the column.
  std::vector<uint8_t> Neighbours() const {
    std::vector<uint8_t> bytes;
    const size_t wanted = kSampleValues * width_;
    for (int64_t row = rows_.length / 2; row < rows_.length && bytes.size() < wanted; ++row) {
      const uint8_t* value = values_ + row * width_;
      if (rows_.IsValid(row)) bytes.insert(bytes.end(), value, value + width_);
    }
    return bytes;
  }

 private:
  const arrow::ArrayData& rows_;
  int width_;
  const uint8_t* values_;
};

/// How many different values there are where the sorted `sample` comes from, by Chao's estimate: many that were seen
/// once and few that were seen twice tell that many were not seen.
double EstimateDistinct(const std::vector<uint64_t>& sample) {
  double distinct = 0;
  double once = 0;
  double twice = 0;
  for (auto value = sample.begin(); value != sample.end(); ++distinct) {
    const auto next = std::upper_bound(value, sample.end(), *value);
    once += next - value == 1;
    twice += next - value == 2;
    value = next;
  }
  return distinct + once * once / (2 * std::max(twice, 1.0));
}

bool DictionaryPays(const PresentValues& values, int width) {
  const auto count = static_cast<double>(values.count());
  const double entries = std::min(EstimateDistinct(values.Spread()), count);
  return entries * width + count * kBytesOfPosition < kDictionaryLeaves * count * width;
}

arrow::Result<bool> CompressionPays(const PresentValues& values) {
  const std::vector<uint8_t> bytes = values.Neighbours();
  const auto size = static_cast<int64_t>(bytes.size());
  ARROW_ASSIGN_OR_RAISE(const auto codec, arrow::util::Codec::Create(arrow::Compression::SNAPPY));
  std::vector<uint8_t> compressed(codec->MaxCompressedLen(size, bytes.data()));
  ARROW_ASSIGN_OR_RAISE(const int64_t left, codec->Compress(size, bytes.data(), static_cast<int64_t>(compressed.size()),
                                                            compressed.data()));
  return static_cast<double>(left) < kCompressionLeaves * static_cast<double>(size);
}

}  // namespace

arrow::Result<ColumnEncoding> ChooseEncoding(const arrow::ArrayData& rows) {
  ColumnEncoding encoding;
  if (!arrow::is_primitive(rows.type->id())) return encoding;
  const int width = rows.type->bit_width() / 8;
  // Without rows there may be no buffer of values.
  if ((width != 4 && width != 8) || rows.length < kFewestValues) return encoding;
  const PresentValues values(rows, width);
  if (values.count() < kFewestValues) return encoding;
  encoding.dictionary = DictionaryPays(values, width);
  // Positions in a dictionary often repeat, and so do the bits that tell nulls once they are a good part of the column.
  const bool mostly_values = values.count() * width >= rows.length;
  if (!encoding.dictionary && mostly_values) {
    ARROW_ASSIGN_OR_RAISE(encoding.compressed, CompressionPays(values));
  }
  return encoding;
}

}  // namespace feast::scan
