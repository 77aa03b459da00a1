// A registry's bytes: parsed, taken apart into definitions, shown as JSON, and written back as the same.
#include <string>

#include "definitions/proto.h"
#include "input.h"
#include "registry/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto snapshot = feast::Snapshot::Parse(bytes, "fuzzed", "1");
  if (!snapshot.ok()) return 0;
  const feast::core::Registry& registry = (*snapshot)->registry();
  static_cast<void>(feast::ToJson(registry));
  for (const auto& project : registry.projects()) {
    const auto definitions = feast::FromProto(registry, project.spec().name());
    if (!definitions.ok()) continue;
    const feast::core::Registry again = feast::ToProto(*definitions, project.spec().name());
    feast::fuzz::Require(feast::FromProto(again, project.spec().name()).ok());
  }
  return 0;
}
