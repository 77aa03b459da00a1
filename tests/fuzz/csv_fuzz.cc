// A CSV file: its columns are guessed, and then read as what was guessed, and as text.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "arrow/table.h"
#include "arrow/type.h"
#include "files/formats/csv_file.h"
#include "input.h"

namespace feast::scan {
namespace {

/// The same file over and over, removed at the end.
const std::string& Path() {
  struct File {
    std::string path = (std::filesystem::temp_directory_path() / ("feast-fuzz-" + std::to_string(getpid()) + ".csv"));
    ~File() { std::filesystem::remove(path); }
  };
  static const File file;
  return file.path;
}

void Read(const Location& location, int64_t size, const std::shared_ptr<arrow::Schema>& stored,
          const std::shared_ptr<arrow::Schema>& wanted) {
  auto shared = std::make_shared<FragmentFile>();
  shared->uri = "fuzzed.csv";
  shared->file_schema = stored;
  shared->source_schema = wanted;
  const auto table = CsvFragment(location, size, shared)->Read(wanted->field_names());
  fuzz::Require(!table.ok() || (*table)->Validate().ok());
}

}  // namespace
}  // namespace feast::scan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace feast::scan;
  std::ofstream(Path(), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  static const Location location = OpenLocation(Path()).ValueOrDie();
  const auto schema = CsvSchema(location);
  if (!schema.ok()) return 0;
  arrow::FieldVector texts;
  for (const auto& field : (*schema)->fields()) texts.push_back(field->WithType(arrow::utf8()));
  Read(location, static_cast<int64_t>(size), *schema, *schema);
  Read(location, static_cast<int64_t>(size), *schema, arrow::schema(texts));
  return 0;
}
