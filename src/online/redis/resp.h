// RESP, the protocol of Redis: commands as bytes, and replies read where they lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "arrow/result.h"

namespace feast {

/// "*3\r\n": what a command of that many arguments begins with.
void AppendRespCount(size_t arguments, std::string* out);
/// One argument of a command.
void AppendRespArgument(std::string_view argument, std::string* out);
/// A whole command.
void AppendRespCommand(std::initializer_list<std::string_view> arguments, std::string* out);

/// One piece of a reply.
struct RespItem {
  enum class Kind : uint8_t { kNull, kText, kInteger, kArray, kError };
  Kind kind = Kind::kNull;
  /// Of a text or an error; lies in the bytes that are read.
  std::string_view text = {};
  /// Of an integer; of an array, how many items follow.
  int64_t number = 0;

  bool is_text() const { return kind == Kind::kText; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_error() const { return kind == Kind::kError; }
};

/// The length of the reply that `bytes` begin with; unset while it is incomplete. IOError for what is no RESP, nests
/// deeper than eight arrays or claims more than half a gigabyte.
arrow::Result<std::optional<size_t>> RespLength(std::string_view bytes);

/// Goes through one complete reply, item by item. A view of it; cheap to copy.
class RespReader {
 public:
  /// `bytes`: as long as RespLength says.
  explicit RespReader(std::string_view bytes) : bytes_(bytes) {}

  /// A null at the end.
  RespItem Next();
  /// Passes over the next item with all that is in it.
  void Skip();

 private:
  std::string_view bytes_;
};

}  // namespace feast
