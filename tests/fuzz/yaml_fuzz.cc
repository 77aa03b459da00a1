// feature_store.yaml.
#include <string_view>

#include "feast/repo_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static_cast<void>(
      feast::RepoConfig::Parse(std::string_view(reinterpret_cast<const char*>(data), size), "fuzzed.yaml"));
  return 0;
}
