#include "files/schema/source_schema.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <utility>

#include "arrow/type.h"
#include "files/schema/type_union.h"

namespace feast::scan {
namespace {

/// A column as far as it is known.
struct Column {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  const FileColumns* typed_by;
  std::string unreadable;
};

class Union {
 public:
  explicit Union(bool are_text) : are_text_(are_text) {}

  void Add(const FileColumns& file) {
    // Most files of a source are alike.
    if (last_ != nullptr && last_->Equals(*file.schema, /*check_metadata=*/false)) return;
    last_ = file.schema;
    different_.push_back(&file);
    for (const auto& field : file.schema->fields()) AddColumn(*field, file);
  }

  std::shared_ptr<const SourceSchema> Finish() {
    FindCaseConflicts();
    auto schema = std::make_shared<SourceSchema>();
    schema->is_text = are_text_;
    arrow::FieldVector fields;
    for (Column& column : columns_) {
      fields.push_back(arrow::field(column.name, column.type));
      if (!column.unreadable.empty()) schema->unreadable[column.name] = std::move(column.unreadable);
      schema->typed_by[column.name] = column.typed_by->uri;
    }
    schema->columns = arrow::schema(std::move(fields));
    return schema;
  }

 private:
  void AddColumn(const arrow::Field& field, const FileColumns& file) {
    const auto [place, is_new] = index_.try_emplace(field.name(), columns_.size());
    if (is_new) {
      columns_.push_back({field.name(), PlainType(field.type()), &file, ""});
      return;
    }
    Column& column = columns_[place->second];
    if (!column.unreadable.empty()) return;
    if (file.schema->GetAllFieldIndices(field.name()).size() > 1) {
      column.unreadable = "'" + file.uri + "' has several columns called '" + field.name() + "'. Rename them.";
      return;
    }
    auto common = CommonType(column.type, field.type());
    if (common == nullptr && are_text_) common = arrow::utf8();
    if (common == nullptr) {
      column.unreadable = "Column '" + field.name() + "' has type " + column.type->ToString() + " in '" +
                          column.typed_by->uri + "' and type " + field.type()->ToString() + " in '" + file.uri +
                          "'. No type holds the values of both as they are; write one of the files anew with the "
                          "other's type.";
    } else if (!common->Equals(*column.type)) {
      column.type = std::move(common);
      column.typed_by = &file;
    }
  }

  static std::string Folded(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
  }

  bool OneFileHasBoth(const std::string& a, const std::string& b) const {
    return std::any_of(different_.begin(), different_.end(), [&](const FileColumns* file) {
      return file->schema->GetFieldIndex(a) >= 0 && file->schema->GetFieldIndex(b) >= 0;
    });
  }

  /// A column that files spell differently would be null in half of them.
  void FindCaseConflicts() {
    std::unordered_map<std::string, Column*> spelled;
    for (Column& column : columns_) {
      const auto [other, is_new] = spelled.try_emplace(Folded(column.name), &column);
      if (is_new || OneFileHasBoth(column.name, other->second->name)) continue;
      const std::string message = "Columns '" + other->second->name + "' of '" + other->second->typed_by->uri +
                                  "' and '" + column.name + "' of '" + column.typed_by->uri +
                                  "' differ in case only, and no file has both. Write them with one name.";
      for (Column* both : {other->second, &column}) {
        if (both->unreadable.empty()) both->unreadable = message;
      }
    }
  }

  const bool are_text_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<const FileColumns*> different_;
  std::shared_ptr<arrow::Schema> last_;
};

}  // namespace

std::shared_ptr<const SourceSchema> UniteSchemas(const std::vector<FileColumns>& files, bool are_text) {
  Union all(are_text);
  for (const FileColumns& file : files) all.Add(file);
  return all.Finish();
}

}  // namespace feast::scan
