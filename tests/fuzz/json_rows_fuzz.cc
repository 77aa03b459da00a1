// Entity rows as JSON, as the command line takes them.
#include <string>

#include "arrow/table.h"
#include "cli/entity_json.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto rows = feast::cli::ParseEntityJson(std::string(reinterpret_cast<const char*>(data), size));
  feast::fuzz::Require(!rows.ok() || (*rows)->ValidateFull().ok());
  return 0;
}
