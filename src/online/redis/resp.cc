#include "online/redis/resp.h"

#include <charconv>

namespace feast {

namespace {

constexpr int64_t kTextBytesMax = int64_t{512} << 20;
constexpr int64_t kItemsMax = int64_t{1} << 27;
constexpr int kDepthMax = 8;
/// Longer than any number, and than any line of a server's that is no error.
constexpr size_t kHeadBytesMax = size_t{1} << 16;

void AppendLength(char mark, size_t number, std::string* out) {
  char digits[24];
  char* const end = std::to_chars(digits + 1, digits + sizeof(digits), number).ptr;
  digits[0] = mark;
  end[0] = '\r';
  end[1] = '\n';
  out->append(digits, static_cast<size_t>(end + 2 - digits));
}

arrow::Status NoResp() { return arrow::Status::IOError("What answers is no Redis: it does not speak RESP"); }

/// A line of a reply: its mark, what stands behind it, and where the next begins.
struct RespLine {
  char mark;
  std::string_view text;
  size_t end;
};

/// Unset while the line is incomplete.
std::optional<RespLine> LineOf(std::string_view bytes) {
  // Numbers, which most lines hold, are short.
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos || end < 2 || bytes[end - 1] != '\r') return std::nullopt;
  return RespLine{bytes[0], bytes.substr(1, end - 2), end + 1};
}

bool ReadNumber(std::string_view text, int64_t* number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), *number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

/// Of one item at the front of `bytes`, without what is in it; `items` is set to the number of those. Zero while it is
/// incomplete.
arrow::Result<size_t> HeadLength(std::string_view bytes, int64_t* items) {
  *items = 0;
  if (bytes.empty()) return 0;
  constexpr std::string_view kMarks = "+-:$*";
  if (kMarks.find(bytes[0]) == std::string_view::npos) return NoResp();
  const auto line = LineOf(bytes);
  if (!line) return bytes.size() > kHeadBytesMax ? arrow::Result<size_t>(NoResp()) : arrow::Result<size_t>(0);
  if (line->mark == '+' || line->mark == '-') return line->end;
  int64_t number = 0;
  if (!ReadNumber(line->text, &number)) return NoResp();
  if (line->mark == ':') return line->end;
  if (number < -1 || number > (line->mark == '$' ? kTextBytesMax : kItemsMax)) return NoResp();
  if (number == -1) return line->end;
  if (line->mark == '*') {
    *items = number;
    return line->end;
  }
  const size_t whole = line->end + static_cast<size_t>(number) + 2;
  if (bytes.size() < whole) return 0;
  if (bytes[whole - 2] != '\r' || bytes[whole - 1] != '\n') return NoResp();
  return whole;
}

}  // namespace

void AppendRespCount(size_t arguments, std::string* out) { AppendLength('*', arguments, out); }

void AppendRespArgument(std::string_view argument, std::string* out) {
  AppendLength('$', argument.size(), out);
  out->append(argument);
  out->append("\r\n", 2);
}

void AppendRespCommand(std::initializer_list<std::string_view> arguments, std::string* out) {
  AppendRespCount(arguments.size(), out);
  for (const std::string_view argument : arguments) AppendRespArgument(argument, out);
}

arrow::Result<std::optional<size_t>> RespLength(std::string_view bytes) {
  // Items that are still to come, of each array that is open.
  int64_t open[kDepthMax + 1] = {1};
  int depth = 0;
  size_t at = 0;
  while (depth >= 0) {
    if (open[depth] == 0) {
      --depth;
      continue;
    }
    --open[depth];
    int64_t items = 0;
    ARROW_ASSIGN_OR_RAISE(const size_t length, HeadLength(bytes.substr(at), &items));
    if (length == 0) return std::nullopt;
    at += length;
    if (items == 0) continue;
    if (depth == kDepthMax) return NoResp();
    open[++depth] = items;
  }
  return at;
}

RespItem RespReader::Next() {
  const auto line = LineOf(bytes_);
  if (!line) return {};
  bytes_.remove_prefix(line->end);
  if (line->mark == '+') return {RespItem::Kind::kText, line->text};
  if (line->mark == '-') return {RespItem::Kind::kError, line->text};
  int64_t number = 0;
  ReadNumber(line->text, &number);
  if (line->mark == ':') return {RespItem::Kind::kInteger, {}, number};
  if (number < 0) return {};
  if (line->mark == '*') return {RespItem::Kind::kArray, {}, number};
  const std::string_view text = bytes_.substr(0, static_cast<size_t>(number));
  bytes_.remove_prefix(text.size() + 2);
  return {RespItem::Kind::kText, text};
}

void RespReader::Skip() {
  for (int64_t left = 1; left > 0; --left) {
    const RespItem item = Next();
    if (item.is_array()) left += item.number;
  }
}

}  // namespace feast
