// Decompresses Snappy, the codec of most Parquet files, two to three times as fast as the libraries do where it
// matters: numbers of eight bytes, whose leading bytes repeat. docs/architecture.md has the figures that decided.
#pragma once

#include <cstdint>

namespace feast::scan {

/// Decompresses `in` into `out`, which holds just the `out_bytes` that it decompresses to. False, with anything in
/// `out`, when the bytes are damaged or decompress to another length; nothing outside the two ranges is touched.
bool DecompressSnappy(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes);

}  // namespace feast::scan
