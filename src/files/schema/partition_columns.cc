#include "files/schema/partition_columns.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_binary.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "files/formats/csv/csv_cells.h"
#include "files/formats/csv/csv_options.h"

namespace feast::scan {
namespace {

// Only numbers as they are usually written count: "007" and "+7" are texts, or values would come out changed.
bool IsPlainInteger(const std::string& text) {
  int64_t value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::to_string(value) == text;
}

arrow::Status CheckSameColumns(const std::vector<SourceFile>& files, const Location& location) {
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  for (const SourceFile& file : files) {
    if (std::ranges::equal(file.partition, files[0].partition, same_name)) continue;
    return arrow::Status::Invalid("Files of '", location.Show(), "' lie in folders with different partition columns: '",
                                  location.Show(files[0].path), "' and '", location.Show(file.path),
                                  "'. Move one of them, or name fewer files in the path.");
  }
  return arrow::Status::OK();
}

class PartitionReader {
 public:
  PartitionReader(const std::vector<SourceFile>& files, const Location& location) : files_(files), location_(location) {
    columns_.values.resize(files.size());
  }

  arrow::Status Add(size_t column, const DeclaredTypes& types) {
    const std::string& name = files_[0].partition[column].first;
    const auto declared = types.columns.find(name);
    auto type = declared == types.columns.end() ? nullptr : declared->second;
    // What text cannot be read as comes as it is written.
    if (type != nullptr && !IsCellType(*type)) type = arrow::utf8();
    if (type == nullptr) type = Guessed(column);
    for (size_t file = 0; file < files_.size(); ++file) {
      ARROW_ASSIGN_OR_RAISE(auto value, Value(files_[file], column, type));
      columns_.values[file].push_back(std::move(value));
    }
    columns_.fields.push_back(arrow::field(name, std::move(type)));
    return arrow::Status::OK();
  }

  PartitionColumns Take() { return std::move(columns_); }

 private:
  static arrow::Result<std::shared_ptr<arrow::Array>> CellOf(const std::string& text) {
    arrow::BinaryBuilder cell;
    ARROW_RETURN_NOT_OK(cell.Append(text));
    return cell.Finish();
  }

  std::shared_ptr<arrow::DataType> Guessed(size_t column) {
    auto& against = columns_.against[files_[0].partition[column].first];
    bool is_integer = true;
    for (const SourceFile& file : files_) {
      const auto& text = file.partition[column].second;
      is_integer = is_integer && (!text || IsPlainInteger(*text));
      const auto cell = text ? CellOf(*text) : nullptr;
      if (!cell.ok() || *cell == nullptr) continue;
      CellGuess guess;
      guess.Look(**cell, CsvOptions(), 1);
      for (const auto& [type, unused] : guess.against()) {
        against.try_emplace(type, "see '" + location_.Show(file.path) + "'");
      }
    }
    return is_integer ? arrow::int64() : arrow::utf8();
  }

  arrow::Result<std::shared_ptr<arrow::Scalar>> Value(const SourceFile& file, size_t column,
                                                      const std::shared_ptr<arrow::DataType>& type) const {
    const auto& [name, text] = file.partition[column];
    if (!text || text->empty()) return arrow::MakeNullScalar(type);
    ARROW_ASSIGN_OR_RAISE(const auto cell, CellOf(*text));
    const auto value = CellsAs(*cell, type, CsvOptions(), 1);
    if (value.ok()) return (*value)->GetScalar(0);
    return arrow::Status::Invalid("The name of a folder gives column '", name, "' a value that is no ",
                                  type->ToString(), ". Declare another type, or rename the folder of '",
                                  location_.Show(file.path), "'.");
  }

  const std::vector<SourceFile>& files_;
  const Location& location_;
  PartitionColumns columns_;
};

}  // namespace

arrow::Result<PartitionColumns> ReadPartitions(const std::vector<SourceFile>& files, const Location& location,
                                               const DeclaredTypes& types) {
  ARROW_RETURN_NOT_OK(CheckSameColumns(files, location));
  PartitionReader reader(files, location);
  for (size_t column = 0; column < files[0].partition.size(); ++column) {
    ARROW_RETURN_NOT_OK(reader.Add(column, types));
  }
  return reader.Take();
}

}  // namespace feast::scan
