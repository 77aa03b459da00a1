#include "cloud/object_bucket.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "cloud/place_error.h"

namespace feast {

namespace {

/// A store that sends a byte at a time is not asked for megabytes.
constexpr int kAnswersMax = 64;

bool TakeNumber(std::string_view* text, int64_t* number) {
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc() || *number < 0) return false;
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return true;
}

struct ContentRange {
  int64_t first, last;
  /// -1 for "*".
  int64_t size = -1;
};

/// "bytes 0-9/100" or "bytes 0-9/*".
std::optional<ContentRange> ParseContentRange(std::string_view text) {
  ContentRange range{};
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  if (!TakeNumber(&text, &range.first) || !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  if (!TakeNumber(&text, &range.last) || range.last < range.first || !text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  range.size = -1;
  if (text != "*" && (!TakeNumber(&text, &range.size) || !text.empty() || range.size <= range.last)) {
    return std::nullopt;
  }
  return range;
}

arrow::Status Changed(const std::string& uri) {
  return PlaceError(PlaceTrouble::kChanged,
                    "'" + uri + "' was changed while it was read. Read it again; nothing of both versions is mixed.");
}

arrow::Status Disagrees(const std::string& uri, const std::string& how) {
  return PlaceError(PlaceTrouble::kUnreachable, "The store's answer is not what was asked for: " + how +
                                                    ". Check gateways and caches in front of it. Object: '" + uri +
                                                    "'");
}

std::string Text(int64_t first, int64_t length) {
  return "bytes " + std::to_string(first) + " to " + std::to_string(first + length - 1);
}

/// `answer` cut to what it has of the range, which begins at `first`.
arrow::Result<std::string> Wanted(RangeAnswer answer, const std::string& uri, int64_t size, int64_t first,
                                  int64_t length, std::string* version) {
  switch (answer.kind) {
    case RangeAnswer::Kind::kAbsent:
      return PlaceError(PlaceTrouble::kAbsent,
                        "'" + uri + "' is no longer there. It was removed while it was read; read again.");
    case RangeAnswer::Kind::kChanged:
    case RangeAnswer::Kind::kOutside:
      return Changed(uri);
    case RangeAnswer::Kind::kBytes:
      break;
  }
  if (version->empty()) {
    *version = answer.version;
  } else if (!answer.version.empty() && answer.version != *version) {
    return Changed(uri);
  }
  if (answer.size >= 0 && answer.size != size) return Changed(uri);
  const auto sent = static_cast<int64_t>(answer.bytes.size());
  if (answer.first < 0 || answer.first > first || answer.first + sent > size) {
    return Disagrees(uri, Text(answer.first, sent) + " came for " + Text(first, length));
  }
  const int64_t skipped = first - answer.first;
  if (sent <= skipped) return Disagrees(uri, "nothing came for " + Text(first, length));
  if (skipped == 0 && sent <= length) return std::move(answer.bytes);
  return answer.bytes.substr(static_cast<size_t>(skipped), static_cast<size_t>(length));
}

}  // namespace

std::string PlainEntityTag(const std::string& tag) {
  std::string_view plain = tag;
  if (plain.starts_with("W/")) plain.remove_prefix(2);
  if (plain.size() >= 2 && plain.starts_with('"') && plain.ends_with('"')) plain = plain.substr(1, plain.size() - 2);
  return std::string(plain);
}

arrow::Result<RangeAnswer> ReadRangeAnswer(HttpResponse response, const std::string& version_header) {
  RangeAnswer answer;
  answer.version = PlainEntityTag(response.headers.Get(version_header));
  answer.size = static_cast<int64_t>(response.body.size());
  if (response.status == 206) {
    const std::string text = response.headers.Get("Content-Range");
    const auto range = ParseContentRange(text);
    if (!range) {
      return arrow::Status::IOError("a part came that does not say which it is (Content-Range '", text.substr(0, 80),
                                    "')");
    }
    if (range->last - range->first + 1 != answer.size) {
      return arrow::Status::IOError("of a part with Content-Range '", text.substr(0, 80), "' came ", answer.size,
                                    " bytes");
    }
    answer.first = range->first;
    answer.size = range->size;
  }
  answer.bytes = std::move(response.body);
  return answer;
}

arrow::Result<std::string> ReadObjectRange(ObjectBucket& bucket, const std::string& key, int64_t size, int64_t first,
                                           int64_t length, std::string* version) {
  const std::string uri = bucket.Uri(key);
  if (first < 0 || length < 0 || first > size - length) {
    return arrow::Status::IOError("Bytes are wanted that lie outside the object, whose size is ", size, ": ",
                                  Text(first, length), ". Object: '", uri, "'");
  }
  std::string bytes;
  for (int answers = 0; static_cast<int64_t>(bytes.size()) < length; ++answers) {
    if (answers == kAnswersMax) {
      return Disagrees(uri, std::to_string(bytes.size()) + " bytes of " + std::to_string(length) + " came in " +
                                std::to_string(answers) + " answers");
    }
    const auto have = static_cast<int64_t>(bytes.size());
    ARROW_ASSIGN_OR_RAISE(RangeAnswer answer, bucket.GetRange(key, *version, first + have, length - have));
    ARROW_ASSIGN_OR_RAISE(std::string more, Wanted(std::move(answer), uri, size, first + have, length - have, version));
    if (bytes.empty()) {
      bytes = std::move(more);
    } else {
      bytes += more;
    }
  }
  return bytes;
}

}  // namespace feast
