#include "files/formats/csv/csv_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "cloud/place_error.h"
#include "files/formats/csv/csv_cells.h"
#include "files/formats/csv/csv_pieces.h"

namespace feast::scan {
namespace {

class CsvFile : public Fragment {
 public:
  CsvFile(Location location, int64_t size, CsvOptions options, std::shared_ptr<const FragmentFile> file)
      : Fragment(std::move(file)), location_(std::move(location)), size_(size), options_(std::move(options)) {}

  int64_t rows() const override { return -1; }
  int64_t bytes(const std::vector<std::string>&) const override { return size_; }

 protected:
  arrow::Result<std::shared_ptr<arrow::Table>> ReadStored(const std::vector<std::string>& columns, const RowSet* rows,
                                                          Dictionaries) const override {
    std::vector<std::shared_ptr<arrow::Table>> pieces;
    int64_t end = 0;
    ARROW_RETURN_NOT_OK(ForEachPiece(columns, [&](const arrow::Table& piece, int64_t first) -> arrow::Result<bool> {
      end = first + piece.num_rows();
      ARROW_ASSIGN_OR_RAISE(pieces.emplace_back(), rows == nullptr ? piece.Slice(0) : RowsOf(piece, first, *rows));
      return rows == nullptr || end < rows->fragment_rows();
    }));
    if (rows != nullptr && end < rows->fragment_rows()) {
      return arrow::Status::IOError("It was changed while it was read: it had ", rows->fragment_rows(),
                                    " rows or more, now ", end, ".");
    }
    if (pieces.empty()) return arrow::Table::MakeEmpty(SchemaOf(columns));
    if (!columns.empty()) return arrow::ConcatenateTables(pieces);
    int64_t count = 0;
    for (const auto& piece : pieces) count += piece->num_rows();
    return arrow::Table::Make(SchemaOf(columns), arrow::ArrayVector(), count);
  }

  arrow::Status StreamStored(const std::vector<std::string>& columns, Dictionaries, const RowStretch&,
                             const BatchVisitor& visit) const override {
    return ForEachPiece(columns, visit);
  }

  std::optional<ValueRange> StoredRange(const std::string&) const override { return std::nullopt; }

 private:
  std::shared_ptr<arrow::Schema> SchemaOf(const std::vector<std::string>& columns) const {
    arrow::FieldVector fields;
    for (const std::string& column : columns) {
      fields.push_back(arrow::field(column, file().file_schema->GetFieldByName(column)->type()));
    }
    return arrow::schema(std::move(fields));
  }

  static arrow::Result<std::shared_ptr<arrow::Table>> RowsOf(const arrow::Table& piece, int64_t first,
                                                             const RowSet& rows) {
    arrow::Int64Builder indices;
    const int64_t end = std::min(first + piece.num_rows(), rows.fragment_rows());
    std::vector<int64_t> wanted;
    rows.ForEach(first, end, [&](int64_t row) { wanted.push_back(row - first); });
    if (piece.num_columns() == 0) {
      return arrow::Table::Make(piece.schema(), arrow::ArrayVector(), static_cast<int64_t>(wanted.size()));
    }
    ARROW_RETURN_NOT_OK(indices.AppendValues(wanted));
    ARROW_ASSIGN_OR_RAISE(const auto index_array, indices.Finish());
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum taken,
                          arrow::compute::Take(arrow::Datum(piece.Slice(0)), arrow::Datum(index_array)));
    return taken.table();
  }

  arrow::Status ForEachPiece(const std::vector<std::string>& columns, const BatchVisitor& visit) const {
    // Rows are counted by a column, also when only partition columns are wanted.
    const std::vector<std::string> read =
        columns.empty() ? std::vector<std::string>{file().file_schema->field(0)->name()} : columns;
    ARROW_ASSIGN_OR_RAISE(const auto pieces, CsvPieces::Open(location_, options_, read));
    const auto schema = SchemaOf(columns);
    for (int64_t first = 0;;) {
      ARROW_ASSIGN_OR_RAISE(const auto cells, pieces->Next());
      if (cells == nullptr) return arrow::Status::OK();
      arrow::ArrayVector arrays;
      for (const auto& field : schema->fields()) {
        auto values = CellsAs(*cells->GetColumnByName(field->name()), field->type(), options_, first + 1);
        if (!values.ok()) {
          return values.status().WithMessage("column '", field->name(), "', ", values.status().message());
        }
        arrays.push_back(std::move(*values));
      }
      const auto piece = arrow::Table::Make(schema, std::move(arrays), cells->num_rows());
      ARROW_ASSIGN_OR_RAISE(const bool go_on, visit(*piece, first));
      if (!go_on) return arrow::Status::OK();
      first += cells->num_rows();
    }
  }

  Location location_;
  int64_t size_;
  CsvOptions options_;
};

arrow::Status Guess(const Location& location, const CsvOptions& options, const std::vector<std::string>& columns,
                    arrow::FieldVector* fields) {
  if (columns.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto pieces, CsvPieces::Open(location, options, columns));
  std::vector<CellGuess> guesses(columns.size());
  for (int64_t first = 0;;) {
    ARROW_ASSIGN_OR_RAISE(const auto cells, pieces->Next());
    if (cells == nullptr) break;
    for (size_t i = 0; i < columns.size(); ++i) {
      guesses[i].Look(*cells->GetColumnByName(columns[i]), options, first + 1);
    }
    first += cells->num_rows();
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto place = std::ranges::find(*fields, columns[i], [](const auto& field) { return field->name(); });
    *place = arrow::field(columns[i], guesses[i].type());
    auto against = std::make_shared<arrow::KeyValueMetadata>();
    for (const auto& [type, cell] : guesses[i].against()) against->Append(type, cell);
    *place = (*place)->WithMetadata(std::move(against));
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Schema>> ReadSchema(const Location& location, const CsvOptions& options,
                                                         const DeclaredTypes& types) {
  ARROW_ASSIGN_OR_RAISE(const auto names, CsvPieces::ReadHeader(location, options));
  arrow::FieldVector fields;
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    const auto declared = types.columns.find(name);
    const bool is_named = declared != types.columns.end();
    auto type = is_named ? declared->second : nullptr;
    const bool is_guessed = type == nullptr && (is_named || types.guess_others);
    if (is_guessed && std::ranges::count(names, name) == 1) unknown.push_back(name);
    // What cells cannot be, they are not: lists and the like come as their text.
    if (type == nullptr || !IsCellType(*type)) type = arrow::utf8();
    fields.push_back(arrow::field(name, std::move(type)));
  }
  ARROW_RETURN_NOT_OK(Guess(location, options, unknown, &fields));
  return arrow::schema(std::move(fields));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Schema>> CsvSchema(const Location& location, const CsvOptions& options,
                                                        const DeclaredTypes& types) {
  auto schema = ReadSchema(location, options, types);
  if (!schema.ok() && !PlaceTroubleOf(schema.status())) {
    return schema.status().WithMessage("'", location.Show(), "' cannot be read as CSV: ", schema.status().message(),
                                       " It must begin with a line of column names.");
  }
  return schema;
}

std::shared_ptr<Fragment> CsvFragment(const Location& location, int64_t size, const CsvOptions& options,
                                      std::shared_ptr<const FragmentFile> file) {
  return std::make_shared<CsvFile>(location, size, options, std::move(file));
}

}  // namespace feast::scan
