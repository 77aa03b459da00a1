// A record of the registry's history: what is read is written and read again as the same.
#include <string>

#include "input.h"
#include "registry/history/history_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto record = feast::ParseHistoryRecord(std::string(reinterpret_cast<const char*>(data), size), "fuzzed");
  if (!record.ok()) return 0;
  const std::string text = feast::ToJsonText(*record);
  const auto again = feast::ParseHistoryRecord(text, "written");
  feast::fuzz::Require(again.ok() && feast::ToJsonText(*again) == text);
  return 0;
}
