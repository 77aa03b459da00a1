// Rows as CSV that reads back as it was, as far as CSV can: lists and structs are JSON, bytes base64.
#include <memory>
#include <string>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/array/array_dict.h"
#include "arrow/array/builder_binary.h"
#include "arrow/csv/writer.h"
#include "arrow/io/interfaces.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "files/output/json_text.h"
#include "files/output/row_output.h"

namespace feast::scan {
namespace {

/// Whether Arrow's writer gives the text that is wanted.
bool IsPlain(const arrow::DataType& type) {
  const arrow::Type::type id = type.id();
  return id == arrow::Type::BOOL || arrow::is_integer(id) || id == arrow::Type::FLOAT || id == arrow::Type::DOUBLE ||
         id == arrow::Type::TIMESTAMP || arrow::is_date(id) || arrow::is_decimal(id) || arrow::is_string(id);
}

std::shared_ptr<arrow::Schema> CsvSchema(const arrow::Schema& schema) {
  arrow::FieldVector fields;
  for (const auto& field : schema.fields()) {
    fields.push_back(IsPlain(*field->type()) ? field : field->WithType(arrow::utf8()));
  }
  return arrow::schema(std::move(fields));
}

/// A value's text without the quotes that JSON puts around texts.
arrow::Result<std::shared_ptr<arrow::Array>> TextOf(const arrow::Array& values) {
  arrow::StringBuilder builder;
  std::string text;
  for (int64_t row = 0; row < values.length(); ++row) {
    const arrow::Array* held = &values;
    int64_t at = row;
    if (values.type_id() == arrow::Type::DICTIONARY && values.IsValid(row)) {
      const auto& dictionary = static_cast<const arrow::DictionaryArray&>(values);
      held = dictionary.dictionary().get();
      at = dictionary.GetValueIndex(row);
    }
    if (held->IsNull(at)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    if (arrow::is_string(held->type_id()) || held->type_id() == arrow::Type::STRING_VIEW) {
      ARROW_ASSIGN_OR_RAISE(const auto scalar, held->GetScalar(at));
      ARROW_RETURN_NOT_OK(builder.Append(scalar->ToString()));
      continue;
    }
    text.clear();
    AppendJson(*held, at, &text);
    if (text.size() > 1 && text.front() == '"') text = text.substr(1, text.size() - 2);
    ARROW_RETURN_NOT_OK(builder.Append(text));
  }
  return builder.Finish();
}

}  // namespace

arrow::Result<int64_t> WriteCsv(arrow::RecordBatchReader& rows,
                                const std::shared_ptr<arrow::io::OutputStream>& stream) {
  const std::shared_ptr<arrow::Schema> schema = CsvSchema(*rows.schema());
  ARROW_ASSIGN_OR_RAISE(const auto writer, arrow::csv::MakeCSVWriter(stream, schema));
  int64_t count = 0;
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  while (batch) {
    count += batch->num_rows();
    arrow::ArrayVector columns = batch->columns();
    for (auto& column : columns) {
      if (IsPlain(*column->type())) continue;
      ARROW_ASSIGN_OR_RAISE(column, TextOf(*column));
    }
    ARROW_RETURN_NOT_OK(
        writer->WriteRecordBatch(*arrow::RecordBatch::Make(schema, batch->num_rows(), std::move(columns))));
    ARROW_RETURN_NOT_OK(rows.ReadNext(&batch));
  }
  ARROW_RETURN_NOT_OK(writer->Close());
  ARROW_RETURN_NOT_OK(stream->Close());
  return count;
}

}  // namespace feast::scan
