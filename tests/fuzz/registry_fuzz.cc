// A registry's bytes: parsed, taken apart into definitions, shown as JSON, and written back as the same.
#include <google/protobuf/stubs/logging.h>

#include <string>

#include "definitions/proto.h"
#include "input.h"
#include "registry/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Of a large registry most bytes are of objects like the others. What protobuf says of bad text is said in the
  // status.
  constexpr size_t kInputMax = 4096;
  static auto* const silent = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(silent);
  if (size > kInputMax) return 0;
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
