// Pages of numbers, read whole, in parts and by rows, beside libparquet's own reader: what both can read is the same.
#include <string>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/compare.h"
#include "arrow/compute/cast.h"
#include "arrow/table.h"
#include "input.h"
#include "parquet_templates.h"

namespace feast::fuzz {
namespace {

/// Bytes to write over pages, each with its place.
std::string Damaged(const ParquetTemplate& whole, Input* input) {
  std::string bytes = whole.bytes;
  constexpr size_t kMagicBytes = 4;
  size_t at = kMagicBytes;
  while (!input->is_empty()) {
    const size_t skip = input->Byte();
    at += skip < 128 ? skip : skip * 16;
    if (at >= whole.pages_end) at = kMagicBytes + at % (whole.pages_end - kMagicBytes);
    bytes[at++] = static_cast<char>(input->Byte());
  }
  return bytes;
}

std::shared_ptr<arrow::ChunkedArray> Plain(const std::shared_ptr<arrow::ChunkedArray>& column,
                                           const std::shared_ptr<arrow::DataType>& type) {
  return column->type()->Equals(*type) ? column : arrow::compute::Cast(column, type).ValueOrDie().chunked_array();
}

bool Same(const arrow::ChunkedArray& a, const arrow::ChunkedArray& b) {
  return a.Equals(b, arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false));
}

void Compare(const scan::Fragment& fragment, const std::shared_ptr<arrow::ChunkedArray>& theirs) {
  const auto whole = fragment.Read({"c"});
  if (whole.ok() && theirs != nullptr) Require(Same(*(*whole)->column(0), *theirs));
  const int64_t rows = fragment.rows();
  arrow::Status streamed = fragment.Stream({"c"}, scan::Dictionaries::kKept, {0, rows},
                                           [&](const arrow::Table& batch, int64_t first) -> arrow::Result<bool> {
                                             const auto ours = batch.column(0);
                                             Require(ours->ValidateFull().ok());
                                             if (theirs != nullptr && first + batch.num_rows() <= theirs->length()) {
                                               const auto part = theirs->Slice(first, batch.num_rows());
                                               Require(Same(*Plain(ours, theirs->type()), *part));
                                             }
                                             return true;
                                           });
  static_cast<void>(streamed);
  scan::RowSet some(rows);
  for (int64_t row = 1; row < rows; row += 23) some.Add(row);
  some.Seal();
  const auto picked = fragment.ReadRows({"c"}, some);
  if (!picked.ok() || theirs == nullptr || theirs->length() != rows) return;
  int64_t at = 0;
  some.ForEach(0, rows,
               [&](int64_t row) { Require(Same(*(*picked)->column(0)->Slice(at++, 1), *theirs->Slice(row, 1))); });
}

}  // namespace
}  // namespace feast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kInputMax = 256;
  if (size > kInputMax) return 0;
  feast::fuzz::Input input(data, size);
  const auto& whole = feast::fuzz::ParquetTemplates()[input.Byte() % feast::fuzz::ParquetTemplates().size()];
  const std::string bytes = feast::fuzz::Damaged(whole, &input);
  const auto fragments = feast::fuzz::FragmentsOf(bytes, whole);
  if (!fragments.ok() || fragments->size() != 1) return 0;
  feast::fuzz::Compare(*fragments->at(0), feast::fuzz::TheirColumn(bytes, whole));
  return 0;
}
