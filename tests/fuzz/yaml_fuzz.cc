// feature_store.yaml: what is read is written and read again as the same.
#include <string_view>

#include "feast/repo_config.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto config = feast::RepoConfig::Parse(text, "fuzzed.yaml", "/repo");
  if (!config.ok()) return 0;
  auto again = feast::RepoConfig::Parse(config->ToYaml(), "written.yaml", "/repo");
  feast::fuzz::Require(again.ok());
  // They name the line.
  config->warnings.clear();
  again->warnings.clear();
  feast::fuzz::Require(*again == *config);
  return 0;
}
