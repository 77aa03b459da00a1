// A plan file whose frame is right: magic, format, size and checksum are written around the input.
#include <algorithm>
#include <string>

#include "input.h"
#include "plan/plan_file.h"

namespace feast::fuzz {
namespace {

void Append(uint64_t number, std::string* out) {
  for (int byte = 0; byte < 8; ++byte) out->push_back(static_cast<char>(number >> (8 * byte)));
}

/// docs/formats/plan_file.md.
std::string Framed(const std::string& payload) {
  uint64_t sum = 0xcbf29ce484222325u;
  for (const char c : payload) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::string bytes("FEASTPLN");
  Append(1, &bytes);
  Append(payload.size(), &bytes);
  Append(sum, &bytes);
  return bytes + payload;
}

}  // namespace
}  // namespace feast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using feast::fuzz::Framed;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(feast::DecodePlanFile(text, "fuzzed"));
  // The length of the header is the payload's own.
  static_cast<void>(feast::DecodePlanFile(Framed(text), "fuzzed"));
  const size_t header = std::min(text.find('\0'), text.size());
  std::string payload;
  feast::fuzz::Append(header, &payload);
  static_cast<void>(feast::DecodePlanFile(Framed(payload + text), "fuzzed"));
  return 0;
}
