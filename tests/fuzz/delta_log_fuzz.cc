// A Delta log's lines, schema and partition values.
#include <sstream>
#include <string>

#include "arrow/scalar.h"
#include "arrow/type.h"
#include "files/formats/delta_actions.h"
#include "files/formats/delta_schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  feast::scan::DeltaState state;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!state.ApplyLine(line).ok()) break;
  }
  if (!state.CheckReadable().ok()) return 0;
  const auto schema = feast::scan::ParseDeltaSchema(state.schema_string());
  if (!schema.ok()) return 0;
  static_cast<void>((*schema)->ToString());
  for (const auto& [key, file] : state.files()) {
    for (const auto& [name, value] : file.partition) {
      const auto field = (*schema)->GetFieldByName(name);
      if (field != nullptr) static_cast<void>(feast::scan::ParsePartitionValue(value, field->type()));
    }
  }
  return 0;
}
