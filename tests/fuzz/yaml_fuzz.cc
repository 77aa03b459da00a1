// feature_store.yaml: what is read is written and read again as the same.
#include <string_view>

#include "feast/repo_config.h"
#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = feast::RepoConfig::Parse(text, "fuzzed.yaml", "/repo");
  if (!config.ok()) return 0;
  const auto again = feast::RepoConfig::Parse(config->ToYaml(), "written.yaml", "/repo");
  feast::fuzz::Require(again.ok() && *again == *config);
  return 0;
}
