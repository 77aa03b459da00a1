// A CSV file: its bytes, its cells, and the whole of it read as what is guessed, as text, and as types it may not have.
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "arrow/array/builder_binary.h"
#include "arrow/buffer.h"
#include "arrow/filesystem/mockfs.h"
#include "arrow/io/memory.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/formats/csv/csv_cells.h"
#include "files/formats/csv/csv_file.h"
#include "files/formats/csv/csv_header.h"
#include "files/formats/csv/csv_text.h"
#include "files/schema/source_schema.h"
#include "input.h"

namespace feast::scan {
namespace {

constexpr const char* kPath = "fuzzed.csv";

/// In memory: a disk would take most of the time.
Location WithText(std::string_view text) {
  auto files = std::make_shared<arrow::fs::internal::MockFileSystem>(std::chrono::system_clock::time_point());
  fuzz::Require(files->CreateFile(kPath, text).ok());
  return {std::move(files), kPath, "mock://"};
}

void Read(const Location& location, int64_t size, const arrow::Schema& names,
          const std::shared_ptr<arrow::DataType>& type) {
  arrow::FieldVector fields = names.fields();
  if (type != nullptr) {
    for (auto& field : fields) field = field->WithType(type);
  }
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = kPath;
  shared->file_schema = arrow::schema(fields);
  shared->source = UniteSchemas({{kPath, shared->file_schema}}, /*are_text=*/true);
  const auto table = CsvFragment(location, size, CsvOptions(), shared)->Read(names.field_names());
  fuzz::Require(!table.ok() || (*table)->ValidateFull().ok());
}

void ReadWhole(std::string_view text) {
  const Location location = WithText(text);
  const auto schema = CsvSchema(location, CsvOptions(), DeclaredTypes());
  if (!schema.ok()) return;
  const auto bytes = static_cast<int64_t>(text.size());
  Read(location, bytes, **schema, nullptr);
  Read(location, bytes, **schema, arrow::utf8());
  Read(location, bytes, **schema, arrow::timestamp(arrow::TimeUnit::NANO, "UTC"));
}

CsvOptions OptionsOf(uint8_t choice) {
  CsvOptions options;
  if ((choice & 1) != 0) options.delimiter = ';';
  if ((choice & 2) != 0) options.quote = '\0';
  if ((choice & 4) != 0) options.escape = '\\';
  if ((choice & 8) != 0) options.decimal_point = ',';
  return options;
}

/// The header and the bytes as Arrow's reader gets them, in pieces of any size.
void ReadText(std::string_view text, const CsvOptions& options, int64_t piece) {
  const auto open = [&] {
    return CsvText(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(std::string(text))), options);
  };
  CsvText header = open();
  static_cast<void>(CheckCsvHeader(header, options));
  CsvText bytes = open();
  std::string all;
  for (;;) {
    const auto read = bytes.Read(piece);
    if (!read.ok() || (*read)->size() == 0) break;
    all += (*read)->ToString();
  }
  fuzz::Require(all.size() <= text.size() + 1);
}

/// Each line a cell: guessed, and read as every type; as what was guessed, all of them can be read.
void ReadCells(std::string_view text, const CsvOptions& options) {
  arrow::BinaryBuilder builder;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    fuzz::Require(builder.Append(text.substr(start, end - start)).ok());
    start = end + 1;
  }
  const auto cells = builder.Finish().ValueOrDie();
  CellGuess guess;
  guess.Look(*cells, options, 1);
  const auto guessed = CellsAs(*cells, guess.type(), options, 1);
  fuzz::Require(guessed.ok() || guess.type()->id() == arrow::Type::STRING);
  for (const auto& type :
       {arrow::boolean(), arrow::int32(), arrow::int64(), arrow::float32(), arrow::float64(), arrow::date32(),
        arrow::utf8(), arrow::timestamp(arrow::TimeUnit::MICRO), arrow::timestamp(arrow::TimeUnit::NANO)}) {
    const auto read = CellsAs(*cells, type, options, 1);
    fuzz::Require(!read.ok() || ((*read)->length() == cells->length() && (*read)->ValidateFull().ok()));
    const bool is_coarse = type->Equals(*arrow::timestamp(arrow::TimeUnit::MICRO));
    const auto against = guess.against().find(is_coarse ? "timestamp[us]" : type->name());
    fuzz::Require(against == guess.against().end() || !read.ok());
  }
}

}  // namespace
}  // namespace feast::scan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace feast::scan;
  feast::fuzz::Input input(data, size);
  const uint8_t choice = input.Byte();
  const CsvOptions options = OptionsOf(choice);
  const std::string text = input.Rest();
  ReadText(text, options, 1 + (choice >> 4));
  ReadCells(text, options);
  // Arrow's reader hands every piece to another thread, which takes a hundred times as long as all of this.
  if (std::hash<std::string>()(text) % 64 == 0) ReadWhole(text);
  return 0;
}
