#include "offline/file/feature_column_output.h"

#include "arrow/type.h"
#include "arrow/type_traits.h"

namespace feast {

arrow::Result<std::unique_ptr<FeatureColumnOutput>> FeatureColumnOutput::Make(
    const std::shared_ptr<arrow::DataType>& type, const WinnerOrder& winners) {
  const bool plain =
      arrow::is_primitive(type->id()) || arrow::is_decimal(type->id()) || type->id() == arrow::Type::FIXED_SIZE_BINARY;
  const int bits = plain ? static_cast<const arrow::FixedWidthType&>(*type).bit_width() : 0;
  if (bits >= 8 && bits % 8 == 0) return MakeFixedWidthOutput(type, bits / 8, winners);
  return MakeGeneralOutput(type, winners);
}

}  // namespace feast
