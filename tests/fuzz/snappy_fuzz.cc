// The Snappy decoder beside Arrow's: both refuse, or both give the same bytes, whole, in pairs and by single literals.
#include <algorithm>
#include <cstring>
#include <vector>

#include "arrow/util/compression.h"
#include "files/formats/parquet/snappy_decoder.h"
#include "input.h"

namespace feast::scan {
namespace {

using fuzz::Require;
using Bytes = std::vector<uint8_t>;

/// As the data itself says.
uint64_t OutputBytes(const Bytes& in) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < std::min<size_t>(5, in.size()); ++i) {
    bytes |= static_cast<uint64_t>(in[i] & 0x7f) << (7 * i);
    if ((in[i] & 0x80) == 0) break;
  }
  return bytes;
}

SnappyPiece Piece(const Bytes& in, Bytes* out, int64_t wanted) {
  return {in.data(), static_cast<int64_t>(in.size()), out->data(), static_cast<int64_t>(out->size()), wanted};
}

void TryLiterals(const Bytes& in, const Bytes& expected, bool good) {
  Bytes out(expected.size());
  std::vector<SnappyLiteral> left_out;
  SnappyPiece piece = Piece(in, &out, static_cast<int64_t>(out.size()));
  piece.left_out = &left_out;
  if (DecompressSnappy(piece)) {
    for (const SnappyLiteral& literal : left_out) literal.Copy();
    Require(!good || out == expected);
  } else {
    Require(!good);
  }
  left_out.clear();
  const uint8_t* const end = in.data() + in.size();
  const bool found = FindSnappyLiterals(piece, [&](const uint8_t* place, int64_t bytes) {
    Require(place >= in.data() && bytes >= 0 && bytes <= end - place);
  });
  if (!found) return;
  for (const SnappyLiteral& literal : left_out) literal.Copy();
  Require(!good || out == expected);
}

void Try(const uint8_t* data, size_t size) {
  constexpr uint64_t kOutputMax = 1 << 16;
  const Bytes in(data, data + size);
  const uint64_t bytes = OutputBytes(in);
  if (bytes > kOutputMax) return;
  static const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  Bytes theirs(bytes), ours(bytes), pair(bytes), part(bytes);
  const auto decompressed =
      codec->Decompress(static_cast<int64_t>(size), data, static_cast<int64_t>(bytes), theirs.data());
  const bool good = decompressed.ok() && *decompressed == static_cast<int64_t>(bytes);
  Require(DecompressSnappy(Piece(in, &ours, static_cast<int64_t>(bytes))) == good);
  Require(!good || ours == theirs);
  const int64_t wanted = static_cast<int64_t>(size == 0 ? 0 : data[size - 1] % (bytes + 1));
  Require(!good || DecompressSnappy(Piece(in, &part, wanted)));
  Require(!good || std::equal(part.begin(), part.begin() + wanted, theirs.begin()));
  const bool both =
      DecompressSnappy(Piece(in, &ours, static_cast<int64_t>(bytes)), Piece(in, &pair, static_cast<int64_t>(bytes)));
  Require(both == good && (!good || (ours == theirs && pair == theirs)));
  TryLiterals(in, theirs, good);
}

}  // namespace
}  // namespace feast::scan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  feast::scan::Try(data, size);
  return 0;
}
