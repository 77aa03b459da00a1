// Page indexes, Bloom filters and footers: whatever they say, asking is an error or an answer.
#include <string>

#include "arrow/table.h"
#include "input.h"
#include "parquet_templates.h"

namespace feast::fuzz {
namespace {

/// Bytes to write over everything behind the pages, each with its place.
std::string Damaged(Input* input) {
  const ParquetTemplate& whole = ParquetTemplates()[input->Byte() % ParquetTemplates().size()];
  std::string bytes = whole.bytes;
  while (!input->is_empty()) {
    const size_t place = input->Two() % (bytes.size() - whole.pages_end);
    bytes[whole.pages_end + place] = static_cast<char>(input->Byte());
  }
  return bytes;
}

void Ask(const scan::Fragment& fragment) {
  static_cast<void>(fragment.bytes({"c"}));
  static_cast<void>(fragment.range("c"));
  const auto rows = fragment.RowsWithin("c", {3, 9});
  if (rows.ok() && rows->has_value()) {
    int64_t end = 0;
    for (const scan::RowStretch& stretch : **rows) {
      Require(stretch.first >= end && stretch.count >= 0);
      end = stretch.first + stretch.count;
    }
    Require(end <= fragment.rows());
  }
  static_cast<void>(fragment.MayHoldAny("c", {1, 2, 3}, {}));
  constexpr int64_t kRowsMax = 1 << 20;
  if (fragment.rows() <= kRowsMax) static_cast<void>(fragment.Read({"c"}));
}

}  // namespace
}  // namespace feast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kInputMax = 256;
  if (size > kInputMax) return 0;
  feast::fuzz::Input input(data, size);
  const auto fragments = feast::fuzz::FragmentsOf(feast::fuzz::Damaged(&input));
  if (!fragments.ok()) return 0;
  for (const auto& fragment : *fragments) feast::fuzz::Ask(*fragment);
  return 0;
}
