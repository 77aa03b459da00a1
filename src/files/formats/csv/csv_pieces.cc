#include "files/formats/csv/csv_pieces.h"

#include <array>
#include <string_view>
#include <utility>

#include "arrow/csv/api.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/io/compressed.h"
#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/compression.h"
#include "arrow/util/utf8.h"
#include "files/formats/csv/csv_header.h"
#include "files/formats/csv/csv_text.h"

namespace feast::scan {
namespace {

/// Read at a time; a row must fit.
constexpr int32_t kPieceBytes = 4 << 20;

arrow::csv::ReadOptions OneThread() {
  auto options = arrow::csv::ReadOptions::Defaults();
  options.use_threads = false;
  options.block_size = kPieceBytes;
  return options;
}

arrow::csv::ParseOptions Parsing(const CsvOptions& options) {
  auto parsing = arrow::csv::ParseOptions::Defaults();
  parsing.delimiter = options.delimiter;
  parsing.quoting = options.quote != '\0';
  if (parsing.quoting) parsing.quote_char = options.quote;
  parsing.escaping = options.escape != '\0';
  if (parsing.escaping) parsing.escape_char = options.escape;
  parsing.newlines_in_values = true;
  return parsing;
}

arrow::csv::ConvertOptions AsWritten(const std::vector<std::string>& columns) {
  auto options = arrow::csv::ConvertOptions::Defaults();
  options.include_columns = columns;
  for (const std::string& column : columns) options.column_types[column] = arrow::binary();
  options.null_values = {""};
  options.strings_can_be_null = true;
  options.quoted_strings_can_be_null = false;
  return options;
}

bool IsPackedName(const std::string& path) { return path.ends_with(".gz") || path.ends_with(".GZ"); }

arrow::Result<std::shared_ptr<arrow::io::InputStream>> OpenText(const Location& location, const CsvOptions& options) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::io::InputStream> stream,
                        location.file_system->OpenInputStream(location.path));
  if (IsPackedName(location.path)) {
    ARROW_ASSIGN_OR_RAISE(auto codec, arrow::util::Codec::Create(arrow::Compression::GZIP));
    ARROW_ASSIGN_OR_RAISE(stream, arrow::io::CompressedInputStream::Make(codec.get(), stream));
  }
  return std::make_shared<CsvText>(std::move(stream), options);
}

arrow::Result<std::shared_ptr<arrow::csv::StreamingReader>> OpenReader(const Location& location,
                                                                       const CsvOptions& options,
                                                                       const std::vector<std::string>& columns) {
  ARROW_ASSIGN_OR_RAISE(auto stream, OpenText(location, options));
  return arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), stream, OneThread(), Parsing(options),
                                           AsWritten(columns));
}

/// UTF-16 and UTF-32 say so with their first bytes, or show it by zeros.
arrow::Status CheckEncoding(const Location& location, const CsvOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto stream, OpenText(location, options));
  std::array<char, 4> bytes{};
  ARROW_ASSIGN_OR_RAISE(const int64_t read, stream->Read(bytes.size(), bytes.data()));
  const std::string_view start(bytes.data(), static_cast<size_t>(read));
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF") || start.find('\0') != std::string_view::npos) {
    return arrow::Status::Invalid("it is not UTF-8 from its first byte on; UTF-16, it seems. Convert it to UTF-8.");
  }
  return arrow::Status::OK();
}

arrow::Status CheckNames(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (arrow::util::ValidateUTF8(names[i])) continue;
    size_t bad = 0;
    while (bad < names[i].size() && static_cast<unsigned char>(names[i][bad]) < 0x80) ++bad;
    return arrow::Status::Invalid("the name of column ", i + 1, " is not UTF-8: see its byte ", bad + 1,
                                  ". Convert the file to UTF-8.");
  }
  return arrow::Status::OK();
}

}  // namespace

CsvPieces::~CsvPieces() = default;

arrow::Result<std::vector<std::string>> CsvPieces::ReadHeader(const Location& location, const CsvOptions& options) {
  ARROW_RETURN_NOT_OK(CheckEncoding(location, options));
  ARROW_ASSIGN_OR_RAISE(const auto stream, OpenText(location, options));
  ARROW_RETURN_NOT_OK(CheckCsvHeader(*stream, options));
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenReader(location, options, {}));
  std::vector<std::string> names = reader->schema()->field_names();
  ARROW_RETURN_NOT_OK(CheckNames(names));
  return names;
}

arrow::Result<std::unique_ptr<CsvPieces>> CsvPieces::Open(const Location& location, const CsvOptions& options,
                                                          const std::vector<std::string>& columns) {
  std::unique_ptr<CsvPieces> pieces(new CsvPieces);
  ARROW_ASSIGN_OR_RAISE(pieces->reader_, OpenReader(location, options, columns));
  return pieces;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> CsvPieces::Next() {
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(reader_->ReadNext(&batch));
  return batch;
}

}  // namespace feast::scan
