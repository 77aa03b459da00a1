#include "files/formats/csv_file.h"

#include "arrow/csv/api.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/io/compressed.h"
#include "arrow/io/interfaces.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/compression.h"
#include "files/formats/csv_header.h"

namespace feast::scan {
namespace {

constexpr int32_t kInferenceBytes = 16 << 20;

arrow::csv::ReadOptions OneThread() {
  auto options = arrow::csv::ReadOptions::Defaults();
  options.use_threads = false;
  options.block_size = kInferenceBytes;
  return options;
}

arrow::csv::ConvertOptions EmptyIsNull() {
  auto options = arrow::csv::ConvertOptions::Defaults();
  options.strings_can_be_null = true;
  return options;
}

arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenText(const Location& location) {
  ARROW_ASSIGN_OR_RAISE(auto stream, location.file_system->OpenInputStream(location.path));
  if (!location.path.ends_with(".gz")) return stream;
  ARROW_ASSIGN_OR_RAISE(auto codec, arrow::util::Codec::Create(arrow::Compression::GZIP));
  return arrow::io::CompressedInputStream::Make(codec.get(), stream);
}

class CsvFile : public Fragment {
 public:
  CsvFile(Location location, int64_t size, std::shared_ptr<const FragmentFile> file)
      : Fragment(std::move(file)), location_(std::move(location)), size_(size) {}

  int64_t rows() const override { return -1; }
  int64_t bytes(const std::vector<std::string>&) const override { return size_; }

 protected:
  arrow::Result<std::shared_ptr<arrow::Table>> ReadStored(const std::vector<std::string>& columns, const RowSet* rows,
                                                          Dictionaries) const override {
    auto convert = EmptyIsNull();
    for (const auto& field : file().file_schema->fields()) {
      const auto wanted = file().source->columns->GetFieldByName(field->name());
      convert.column_types[field->name()] = wanted ? wanted->type() : field->type();
    }
    convert.include_columns = columns;
    // Rows are counted by a column, also when only partition columns are wanted.
    if (columns.empty()) convert.include_columns = {file().file_schema->field(0)->name()};
    ARROW_ASSIGN_OR_RAISE(auto stream, OpenText(location_));
    ARROW_ASSIGN_OR_RAISE(auto reader,
                          arrow::csv::TableReader::Make(arrow::io::default_io_context(), stream, OneThread(),
                                                        arrow::csv::ParseOptions::Defaults(), convert));
    ARROW_ASSIGN_OR_RAISE(auto table, reader->Read());
    return rows == nullptr ? table : TakeRows(table, *rows);
  }
  std::optional<ValueRange> StoredRange(const std::string&) const override { return std::nullopt; }

 private:
  Location location_;
  int64_t size_;
};

arrow::Result<std::shared_ptr<arrow::Schema>> InferSchema(const Location& location) {
  ARROW_ASSIGN_OR_RAISE(auto stream, OpenText(location));
  ARROW_RETURN_NOT_OK(CheckCsvHeader(*stream));
  ARROW_ASSIGN_OR_RAISE(stream, OpenText(location));
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), stream, OneThread(),
                                                          arrow::csv::ParseOptions::Defaults(), EmptyIsNull()));
  return reader->schema();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Schema>> CsvSchema(const Location& location) {
  auto schema = InferSchema(location);
  if (!schema.ok()) {
    return schema.status().WithMessage("'", location.Show(), "' cannot be read as CSV: ", schema.status().message(),
                                       " It must begin with a line of column names.");
  }
  return schema;
}

std::shared_ptr<Fragment> CsvFragment(const Location& location, int64_t size,
                                      std::shared_ptr<const FragmentFile> file) {
  return std::make_shared<CsvFile>(location, size, std::move(file));
}

}  // namespace feast::scan
