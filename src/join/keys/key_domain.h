// The common form in which the values of two key columns of different types are compared.
#pragma once

#include <cstdint>
#include <string_view>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::join {

struct KeyDomain {
  enum Form : uint8_t {
    kNothing,   ///< One side has Arrow type null: no value equals another.
    kSigned,    ///< The number as int64: integers, booleans, moments, durations.
    kUnsigned,  ///< The number as the bits of a uint64, when either side is uint64.
    kDouble,    ///< The bits of a double, −0.0 made 0.0.
    kBytes,
    kDecimal,  ///< The bytes of a 256-bit decimal of scale `decimal_scale`.
  };
  Form form = kNothing;
  /// Temporal types: nanoseconds per tick of the finer side; else 0.
  int64_t tick_ns = 0;
  int32_t decimal_scale = 0;

  bool fits_64_bits() const { return form == kSigned || form == kUnsigned || form == kDouble; }
};

/// The domain of a join key, or TypeError naming the column and both types.
arrow::Result<KeyDomain> CommonKeyDomain(std::string_view column, const arrow::DataType& entity_type,
                                         const arrow::DataType& source_type);

/// The type of the values: a dictionary's value type, an extension's storage type, else the type itself.
const arrow::DataType& KeyValueType(const arrow::DataType& type);

}  // namespace feast::join
