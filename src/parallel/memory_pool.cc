#include "parallel/memory_pool.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "arrow/memory_pool.h"

namespace feast {

// Arrow's own choice, mimalloc, lies on huge pages throughout. Whatever is touched first is then cleared, and in a
// virtual machine asked for outside, two megabytes at a time, which takes a short join up to three times as long.
void ChooseMemoryPool() {
  constexpr const char* kVariable = "ARROW_DEFAULT_MEMORY_POOL";
  const std::string wanted = "jemalloc";
  const auto there = arrow::SupportedMemoryBackendNames();
  if (std::getenv(kVariable) != nullptr || std::find(there.begin(), there.end(), wanted) == there.end()) return;
  // Arrow knows no other way to say it. It asks once.
  setenv(kVariable, wanted.c_str(), /*overwrite=*/1);
  arrow::default_memory_pool();
  unsetenv(kVariable);
}

}  // namespace feast
