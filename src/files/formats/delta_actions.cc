#include "files/formats/delta_actions.h"

#include "arrow/array/array_nested.h"
#include "arrow/array/array_primitive.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/cast.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/utf8.h"
#include "text/json_text.h"

namespace feast::scan {
namespace {

using nlohmann::json;

/// Features that change nothing for a reader, or that are checked where they are used.
const std::set<std::string>& ReadableFeatures() {
  static const std::set<std::string> kFeatures = {"timestampNtz", "deletionVectors", "columnMapping", "v2Checkpoint",
                                                  "vacuumProtocolCheck"};
  return kFeatures;
}

std::map<std::string, std::optional<std::string>> ParsePartition(const json& values) {
  std::map<std::string, std::optional<std::string>> partition;
  for (const auto& [name, value] : values.items()) {
    partition[name] = value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
  }
  return partition;
}

DeltaState::FileKey KeyOf(const json& action) {
  DeltaState::FileKey key{action.at("path").get<std::string>(), ""};
  if (const auto vector = action.find("deletionVector"); vector != action.end() && !vector->is_null()) {
    key.deletion_vector =
        vector->at("storageType").get<std::string>() + vector->at("pathOrInlineDv").get<std::string>();
    if (vector->contains("offset")) key.deletion_vector += "@" + JsonText(vector->at("offset"));
  }
  return key;
}

arrow::Result<json> Text(std::string_view text) {
  if (arrow::util::ValidateUTF8(text)) return json(std::string(text));
  return arrow::Status::Invalid("an action in its checkpoint is damaged: a text is not UTF-8.");
}

/// The value of a checkpoint's cell as JSON, for the types that actions are made of.
arrow::Result<json> ToJson(const arrow::Scalar& value) {
  if (!value.is_valid) return json();
  switch (value.type->id()) {
    case arrow::Type::STRUCT: {
      json object = json::object();
      const auto& fields = static_cast<const arrow::StructScalar&>(value);
      for (int i = 0; i < value.type->num_fields(); ++i) {
        ARROW_ASSIGN_OR_RAISE(json member, ToJson(*fields.value[i]));
        if (!member.is_null()) object[value.type->field(i)->name()] = std::move(member);
      }
      return object;
    }
    case arrow::Type::MAP: {
      json object = json::object();
      const auto& entries = static_cast<const arrow::StructArray&>(*static_cast<const arrow::MapScalar&>(value).value);
      for (int64_t i = 0; i < entries.length(); ++i) {
        ARROW_ASSIGN_OR_RAISE(const auto key, entries.field(0)->GetScalar(i));
        ARROW_ASSIGN_OR_RAISE(const auto item, entries.field(1)->GetScalar(i));
        ARROW_ASSIGN_OR_RAISE(const json name, Text(key->ToString()));
        ARROW_ASSIGN_OR_RAISE(object[name.get<std::string>()], ToJson(*item));
      }
      return object;
    }
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST: {
      json list = json::array();
      const auto& items = *static_cast<const arrow::BaseListScalar&>(value).value;
      for (int64_t i = 0; i < items.length(); ++i) {
        ARROW_ASSIGN_OR_RAISE(const auto item, items.GetScalar(i));
        ARROW_ASSIGN_OR_RAISE(list.emplace_back(), ToJson(*item));
      }
      return list;
    }
    case arrow::Type::INT32:
    case arrow::Type::INT64: {
      ARROW_ASSIGN_OR_RAISE(const auto number, value.CastTo(arrow::int64()));
      return static_cast<const arrow::Int64Scalar&>(*number).value;
    }
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return Text(static_cast<const arrow::BaseBinaryScalar&>(value).view());
    default:
      return json();
  }
}

arrow::Result<int64_t> NumberAt(const json& action, const char* name, int64_t missing) {
  const auto found = action.find(name);
  if (found == action.end()) return missing;
  const auto number = WholeNumber(*found);
  if (number) return *number;
  return arrow::Status::Invalid("an action in the log is damaged: its ", name, " is no whole number.");
}

std::set<std::string> Strings(const json& list) {
  return list.is_array() ? list.get<std::set<std::string>>() : std::set<std::string>();
}

}  // namespace

arrow::Status DeltaState::ApplyLine(const std::string& line) {
  try {
    const json actions = ParseJson(line);
    if (!actions.is_object()) {
      return arrow::Status::Invalid("an action in the log is damaged: it is no JSON object, or nested deeper than ",
                                    kJsonDepthMax, " levels.");
    }
    for (const auto& [kind, action] : actions.items()) {
      if (action.is_null()) continue;
      if (kind == "add") {
        ARROW_ASSIGN_OR_RAISE(const int64_t size, NumberAt(action, "size", 0));
        files_[KeyOf(action)] = {size, ParsePartition(action.value("partitionValues", json::object()))};
      } else if (kind == "remove") {
        files_.erase(KeyOf(action));
      } else if (kind == "metaData") {
        schema_string_ = action.at("schemaString").get<std::string>();
        partition_columns_ = action.value("partitionColumns", std::vector<std::string>());
        configuration_ = action.value("configuration", std::map<std::string, std::string>());
      } else if (kind == "protocol") {
        ARROW_ASSIGN_OR_RAISE(min_reader_version_, NumberAt(action, "minReaderVersion", 1));
        reader_features_ = Strings(action.value("readerFeatures", json()));
      }
    }
  } catch (const json::exception& error) {
    return arrow::Status::Invalid("an action in the log is damaged: ", error.what());
  }
  return arrow::Status::OK();
}

arrow::Status DeltaState::ApplyCheckpoint(const arrow::Table& checkpoint) {
  for (const char* kind : {"protocol", "metaData", "add"}) {
    const auto column = checkpoint.GetColumnByName(kind);
    if (!column) continue;
    for (int64_t row = 0; row < column->length(); ++row) {
      ARROW_ASSIGN_OR_RAISE(const auto cell, column->GetScalar(row));
      if (!cell->is_valid) continue;
      ARROW_ASSIGN_OR_RAISE(json action, ToJson(*cell));
      ARROW_RETURN_NOT_OK(ApplyLine(JsonText(json{{kind, std::move(action)}})));
    }
  }
  return arrow::Status::OK();
}

arrow::Status DeltaState::CheckReadable() const {
  for (const std::string& feature : reader_features_) {
    if (!ReadableFeatures().contains(feature)) {
      return arrow::Status::NotImplemented("reading it needs the Delta feature '", feature,
                                           "', which this version lacks.");
    }
  }
  if (min_reader_version_ > 3) {
    return arrow::Status::NotImplemented("reading it needs Delta reader version ", min_reader_version_,
                                         "; this version has 3.");
  }
  const auto mapping = configuration_.find("delta.columnMapping.mode");
  if (mapping != configuration_.end() && mapping->second != "none") {
    return arrow::Status::NotImplemented("its columns are mapped by ", mapping->second,
                                         " (delta.columnMapping.mode), which this version "
                                         "cannot read. Rewrite the table without column mapping.");
  }
  for (const auto& [key, file] : files_) {
    if (!key.deletion_vector.empty()) {
      return arrow::Status::NotImplemented(
          "it has deletion vectors, which this version cannot read. Run OPTIMIZE or REORG TABLE … APPLY "
          "(PURGE) on it, or turn delta.enableDeletionVectors off.");
    }
  }
  if (schema_string_.empty()) return arrow::Status::Invalid("its log holds no schema.");
  return arrow::Status::OK();
}

}  // namespace feast::scan
