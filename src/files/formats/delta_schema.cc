#include "files/formats/delta_schema.h"

#include <cstdio>
#include <map>
#include <vector>

#include "arrow/compute/cast.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "text/json_text.h"

namespace feast::scan {
namespace {

using nlohmann::json;

arrow::Result<std::shared_ptr<arrow::DataType>> ParsePrimitive(const std::string& name) {
  static const std::map<std::string, std::shared_ptr<arrow::DataType>> kTypes = {
      {"string", arrow::utf8()},
      {"long", arrow::int64()},
      {"integer", arrow::int32()},
      {"short", arrow::int16()},
      {"byte", arrow::int8()},
      {"float", arrow::float32()},
      {"double", arrow::float64()},
      {"boolean", arrow::boolean()},
      {"binary", arrow::binary()},
      {"date", arrow::date32()},
      {"timestamp", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
      {"timestamp_ntz", arrow::timestamp(arrow::TimeUnit::MICRO)},
  };
  if (const auto found = kTypes.find(name); found != kTypes.end()) return found->second;
  int precision = 0, scale = 0;
  if (std::sscanf(name.c_str(), "decimal(%d,%d)", &precision, &scale) == 2)
    return arrow::Decimal128Type::Make(precision, scale);
  return arrow::Status::NotImplemented("this version cannot read columns of Delta type '", name, "'.");
}

arrow::Result<std::vector<std::shared_ptr<arrow::Field>>> ParseFields(const json& fields);

arrow::Result<std::shared_ptr<arrow::DataType>> ParseType(const json& type) {
  if (type.is_string()) return ParsePrimitive(type.get<std::string>());
  const std::string kind = type.at("type").get<std::string>();
  if (kind == "struct") {
    ARROW_ASSIGN_OR_RAISE(auto fields, ParseFields(type.at("fields")));
    return arrow::struct_(std::move(fields));
  }
  if (kind == "array") {
    ARROW_ASSIGN_OR_RAISE(auto element, ParseType(type.at("elementType")));
    return arrow::list(arrow::field("element", std::move(element), type.value("containsNull", true)));
  }
  if (kind == "map") {
    ARROW_ASSIGN_OR_RAISE(auto key, ParseType(type.at("keyType")));
    ARROW_ASSIGN_OR_RAISE(auto value, ParseType(type.at("valueType")));
    return arrow::map(std::move(key), arrow::field("value", std::move(value), type.value("valueContainsNull", true)));
  }
  return arrow::Status::NotImplemented("this version cannot read columns of Delta type '", kind, "'.");
}

arrow::Result<std::vector<std::shared_ptr<arrow::Field>>> ParseFields(const json& fields) {
  std::vector<std::shared_ptr<arrow::Field>> parsed;
  for (const json& field : fields) {
    ARROW_ASSIGN_OR_RAISE(auto type, ParseType(field.at("type")));
    parsed.push_back(arrow::field(field.at("name").get<std::string>(), std::move(type), field.value("nullable", true)));
  }
  return parsed;
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Schema>> ParseDeltaSchema(const std::string& schema_string) {
  try {
    const json schema = ParseJson(schema_string);
    if (schema.is_discarded()) {
      return arrow::Status::Invalid("the schema in the log is damaged: it is not JSON, or nested deeper than ",
                                    kJsonDepthMax, " levels.");
    }
    ARROW_ASSIGN_OR_RAISE(auto fields, ParseFields(schema.at("fields")));
    return arrow::schema(std::move(fields));
  } catch (const json::exception& error) {
    return arrow::Status::Invalid("the schema in the log is damaged: ", error.what());
  }
}

arrow::Result<std::shared_ptr<arrow::Scalar>> ParsePartitionValue(const std::optional<std::string>& text,
                                                                  const std::shared_ptr<arrow::DataType>& type) {
  if (!text || (text->empty() && type->id() != arrow::Type::BINARY)) return arrow::MakeNullScalar(type);
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum value, arrow::compute::Cast(arrow::Datum(*text), type));
  return value.scalar();
}

}  // namespace feast::scan
