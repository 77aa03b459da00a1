// One join key column: turns source values into the dense codes of the entity rows' values.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/block.h"
#include "join/keys/bytes_codes.h"
#include "join/keys/integer_codes.h"
#include "join/keys/key_domain.h"
#include "join/keys/key_values.h"
#include "join/point_in_time_join.h"

namespace feast::join {

class KeyEncoder {
 public:
  /// What one thread needs to encode one column. Holds on to the last dictionary met, whose entries are encoded once.
  struct Scratch {
    NumberBlock numbers;
    BytesBlock bytes;
    std::shared_ptr<arrow::ArrayData> dictionary;
    /// For kNoCode, the position of a null, and each position after it.
    std::vector<int32_t> dictionary_codes;
    /// The same as a bit for each that has a code; where few have one, else empty.
    std::vector<uint64_t> known_bits;
    std::array<int32_t, kBlockRows> positions;
  };

  /// Numbers the distinct values of the entity rows (one side of a join with a source column of type `source_type`) and
  /// writes each row's code: kNoCode for nulls and for values that the source's type cannot hold. TypeError when the
  /// types cannot be compared.
  static arrow::Result<KeyEncoder> Make(std::string name, const arrow::ChunkedArray& entity_values,
                                        std::shared_ptr<arrow::DataType> source_type, int32_t* codes);

  /// TypeError unless Encode can read columns of `type`: the source's type, or a dictionary of it, or where that is a
  /// timestamp or date another one.
  arrow::Status CheckSourceType(const arrow::DataType& type) const;

  /// Codes of rows [offset, offset + rows) of a source column whose type passed; rows ≤ kBlockRows. Thread-safe, each
  /// thread with its own scratch.
  void Encode(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* codes, Scratch* scratch) const;
  /// The same for just those rows that have a code: which they are, counted from the first and ascending, and their
  /// codes. Returns how many there are.
  int EncodeKnown(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* known, int32_t* codes,
                  Scratch* scratch) const;

  /// Codes lie in [0, size).
  int32_t size() const;
  /// Smallest and largest value wanted when the source's column is of an integer type.
  std::optional<std::pair<int64_t, int64_t>> range() const;
  /// See PointInTimeJoin::wanted_keys.
  std::optional<WantedKeys> wanted(int32_t max) const;

 private:
  /// A whole column of the entity rows, on all threads.
  void EncodeAll(const arrow::ChunkedArray& column, int32_t* codes) const;
  /// Sees to it that the scratch has the codes of this dictionary.
  void EncodeEntries(const std::shared_ptr<arrow::ArrayData>& dictionary, Scratch* scratch) const;
  void EncodeValues(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* codes, Scratch* scratch) const;
  /// EncodeKnown of values stored as they are, which fit 64 bits.
  int FindKnownNumbers(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* known, int32_t* codes,
                       Scratch* scratch) const;

  std::string name_;
  std::shared_ptr<arrow::DataType> source_type_;
  KeyDomain domain_;
  IntegerCodes integers_;
  BytesCodes bytes_;
};

}  // namespace feast::join
