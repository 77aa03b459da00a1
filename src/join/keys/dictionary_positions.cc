#include "join/keys/dictionary_positions.h"

#include "arrow/array/data.h"
#include "arrow/extension_type.h"
#include "arrow/type.h"
#include "join/block.h"

namespace feast::join {
namespace {

// Extensions share the layout of their storage.
const arrow::DataType& Storage(const arrow::DataType& type) {
  if (type.id() != arrow::Type::EXTENSION) return type;
  return Storage(*static_cast<const arrow::ExtensionType&>(type).storage_type());
}

template <class Index>
void Widen(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* positions) {
  const Index* indices = data.GetValues<Index>(1) + offset;
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): a number of eight bits, not a character
  for (int i = 0; i < rows; ++i) positions[i] = static_cast<int32_t>(indices[i]);
}

}  // namespace

bool IsDictionary(const arrow::DataType& type) { return Storage(type).id() == arrow::Type::DICTIONARY; }

void ReadDictionaryPositions(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* positions) {
  const auto& type = static_cast<const arrow::DictionaryType&>(Storage(*data.type));
  switch (type.index_type()->id()) {
    case arrow::Type::INT8:
      Widen<int8_t>(data, offset, rows, positions);
      break;
    case arrow::Type::UINT8:
      Widen<uint8_t>(data, offset, rows, positions);
      break;
    case arrow::Type::INT16:
      Widen<int16_t>(data, offset, rows, positions);
      break;
    case arrow::Type::UINT16:
      Widen<uint16_t>(data, offset, rows, positions);
      break;
    case arrow::Type::INT32:
    // Who takes in arrays sees to it that positions lie in their dictionary (system/array_check.h), and that has fewer
    // than 2^31 entries: no width holds more than fits here.
    case arrow::Type::UINT32:
      Widen<int32_t>(data, offset, rows, positions);
      break;
    default:
      Widen<int64_t>(data, offset, rows, positions);
  }
  ForEachNull(data, offset, rows, [&](int i) { positions[i] = kNoCode; });
}

}  // namespace feast::join
