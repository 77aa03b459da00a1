#include "online/struct_as_map.h"

#include <algorithm>

#include "arrow/array/array_nested.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_nested.h"
#include "arrow/array/concatenate.h"
#include "arrow/array/util.h"
#include "arrow/compute/cast.h"
#include "arrow/type.h"

namespace feast {

namespace {

bool IsText(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) {
    return IsText(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return arrow::is_string(type.id()) || type.id() == arrow::Type::STRING_VIEW || type.id() == arrow::Type::NA;
}

bool IsStructOfTexts(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRUCT &&
         std::all_of(type.fields().begin(), type.fields().end(), [](const auto& f) { return IsText(*f->type()); });
}

bool IsMapOfTexts(const arrow::DataType& type) {
  if (type.id() != arrow::Type::MAP) return false;
  const auto& map = static_cast<const arrow::MapType&>(type);
  return map.key_type()->id() == arrow::Type::STRING && map.item_type()->id() == arrow::Type::STRING;
}

arrow::Result<std::shared_ptr<arrow::Array>> MapsOf(const arrow::StructArray& structs) {
  ARROW_ASSIGN_OR_RAISE(arrow::ArrayVector fields, structs.Flatten());
  for (auto& field : fields) {
    ARROW_ASSIGN_OR_RAISE(field, arrow::compute::Cast(*field, arrow::utf8()));
  }
  const auto keys = std::make_shared<arrow::StringBuilder>(), items = std::make_shared<arrow::StringBuilder>();
  arrow::MapBuilder maps(arrow::default_memory_pool(), keys, items);
  for (int64_t row = 0; row < structs.length(); ++row) {
    if (structs.IsNull(row)) {
      ARROW_RETURN_NOT_OK(maps.AppendNull());
      continue;
    }
    ARROW_RETURN_NOT_OK(maps.Append());
    for (size_t i = 0; i < fields.size(); ++i) {
      const auto& texts = static_cast<const arrow::StringArray&>(*fields[i]);
      ARROW_RETURN_NOT_OK(keys->Append(structs.struct_type()->field(static_cast<int>(i))->name()));
      ARROW_RETURN_NOT_OK(texts.IsValid(row) ? items->Append(texts.GetView(row)) : items->AppendNull());
    }
  }
  return maps.Finish();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> StructsAsMaps(const std::shared_ptr<arrow::Array>& column,
                                                           const arrow::DataType& type) {
  if (IsMapOfTexts(type) && IsStructOfTexts(*column->type())) {
    return MapsOf(static_cast<const arrow::StructArray&>(*column));
  }
  if (type.id() != arrow::Type::LIST || column->type_id() != arrow::Type::LIST) return column;
  const arrow::DataType& element = *static_cast<const arrow::ListType&>(type).value_type();
  if (!IsMapOfTexts(element) || !IsStructOfTexts(*column->type()->field(0)->type())) return column;
  // A slice of a list keeps all elements of the whole; a copy has its own alone.
  ARROW_ASSIGN_OR_RAISE(const auto whole, arrow::Concatenate({column}));
  const auto& lists = static_cast<const arrow::ListArray&>(*whole);
  ARROW_ASSIGN_OR_RAISE(const auto maps, StructsAsMaps(lists.values(), element));
  return std::make_shared<arrow::ListArray>(arrow::list(maps->type()), lists.length(), lists.value_offsets(), maps,
                                            lists.null_bitmap(), lists.null_count(), lists.offset());
}

}  // namespace feast
