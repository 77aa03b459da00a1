#include "text/redaction.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace feast {

namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr auto npos = std::string_view::npos;

bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

bool IsSchemeCharacter(char c) { return IsAlnum(c) || c == '+' || c == '-' || c == '.'; }
bool IsNameCharacter(char c) { return IsAlnum(c) || c == '_' || c == '-' || c == '.'; }

/// Where the scheme of the URL begins whose "://" is at `mark`.
size_t SchemeStart(std::string_view text, size_t mark) {
  size_t start = mark;
  while (start > 0 && IsSchemeCharacter(text[start - 1])) --start;
  return start;
}

/// Where a URL ends that stands in other text.
size_t UrlEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && !IsSpace(text[end]) && !IsQuote(text[end]) && text[end] != '<' && text[end] != '>' &&
         !(text[end] == '\\' && end + 1 < text.size() && IsQuote(text[end + 1]))) {
    ++end;
  }
  const size_t next = text.substr(begin, end - begin).find(kSchemeEnd);
  return next == npos ? end : SchemeStart(text, begin + next);
}

/// Keys of an object store have no @, its paths may.
bool IsObjectStore(std::string_view scheme) {
  for (const std::string_view name : {"s3", "s3a", "s3n", "gs", "gcs"}) {
    if (scheme == name) return true;
  }
  return false;
}

bool IsWeb(std::string_view scheme) { return scheme.ends_with("http") || scheme.ends_with("https"); }

struct Range {
  size_t begin = npos, end = npos;
  bool found() const { return begin != npos; }
};

/// The secret in what follows "scheme://", as positions in `rest`.
Range SecretOfUrl(std::string_view scheme, std::string_view rest) {
  const size_t mark = rest.find_first_of(":/?#@");
  if (mark == npos || rest.starts_with('[')) return {};
  const size_t at = IsObjectStore(scheme) ? rest.find('@') : rest.rfind('@');
  if (rest[mark] == '@') return IsWeb(scheme) && mark > 0 ? Range{0, mark} : Range{};
  if (rest[mark] != ':') return {};
  const size_t behind = mark + 1;
  // A password may hold any character, a slash and an @ too.
  if (at != npos && at > behind) return {behind, at};
  if (at == behind) return {};
  size_t digits = behind;
  while (digits < rest.size() && IsDigit(rest[digits])) ++digits;
  const bool is_port = digits == rest.size() || std::string_view("/?#,;:.)]}").find(rest[digits]) != npos;
  return is_port ? Range{} : Range{behind, rest.size()};
}

/// Bounds of the name that ends in front of `end`, quotes and spaces around it passed over.
std::string_view NameBefore(std::string_view text, size_t end) {
  const auto drop = [&] {
    while (end > 0 && (IsQuote(text[end - 1]) || text[end - 1] == '\\' || text[end - 1] == ']')) --end;
  };
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  drop();
  size_t begin = end;
  while (begin > 0 && IsNameCharacter(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

/// Whether the name in front of `mark` is the first word of its line.
bool BeginsLine(std::string_view text, size_t mark) {
  size_t begin = mark;
  while (begin > 0 && (IsNameCharacter(text[begin - 1]) || IsQuote(text[begin - 1]))) --begin;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '-')) --begin;
  return begin == 0 || text[begin - 1] == '\n';
}

/// The end of the word that begins at `begin`.
size_t WordEnd(std::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && !IsSpace(text[end]) && !IsQuote(text[end])) ++end;
  return end;
}

/// The word of "password: word" where that is a whole line, as in YAML, and of "Authorization: Bearer word". Other text
/// behind a colon is prose.
Range WordBehindColon(std::string_view text, size_t mark, size_t begin) {
  for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token "}) {
    if (!text.substr(begin).starts_with(scheme)) continue;
    const size_t word = begin + scheme.size();
    return {word, WordEnd(text, word)};
  }
  const size_t end = WordEnd(text, begin);
  const size_t line_end = std::min(text.find('\n', mark), text.size());
  const bool is_line = text.find_first_not_of(" \t\r", end) >= line_end || end == line_end;
  return is_line && BeginsLine(text, mark) ? Range{begin, end} : Range{};
}

/// The value behind the = or : at `mark`. Without quotes only what stands right behind a = is one, or is a line's only
/// word: prose has colons.
Range ValueBehind(std::string_view text, size_t mark) {
  size_t begin = mark + 1;
  if (text[mark] == '=' && begin < text.size() && text[begin] == '>') ++begin;
  const size_t close = begin;
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  if (begin == text.size()) return {};
  const bool escaped = text[begin] == '\\' && begin + 1 < text.size() && IsQuote(text[begin + 1]);
  const size_t quote = begin + (escaped ? 1 : 0);
  if (IsQuote(text[quote])) {
    size_t end = quote + 1;
    for (; end < text.size() && text[end] != text[quote]; ++end) {
      if (!escaped && text[end] == '\\') ++end;
    }
    end = std::min(end, text.size());
    if (escaped && end > quote + 1 && text[end - 1] == '\\') --end;
    return {quote + 1, end};
  }
  if (text[mark] == ':') return WordBehindColon(text, mark, begin);
  if (begin != close) return {};
  size_t end = begin;
  while (end < text.size() && !IsSpace(text[end]) && !IsQuote(text[end]) &&
         std::string_view("&;,)}]").find(text[end]) == npos) {
    ++end;
  }
  return {begin, end};
}

Range NextUrlSecret(std::string_view text, size_t from) {
  for (size_t mark = text.find(kSchemeEnd, from); mark != npos; mark = text.find(kSchemeEnd, mark + 1)) {
    const size_t start = SchemeStart(text, mark);
    if (start == mark) continue;
    const size_t rest = mark + kSchemeEnd.size();
    // A text that begins with a URL and has no space is all URL, quotes and all.
    const bool is_all =
        start == 0 && std::none_of(text.begin(), text.end(), IsSpace) && text.find(kSchemeEnd, rest) == npos;
    const size_t end = is_all ? text.size() : UrlEnd(text, rest);
    const Range found = SecretOfUrl(text.substr(start, mark - start), text.substr(rest, end - rest));
    if (found.found()) return {rest + found.begin, rest + found.end};
  }
  return {};
}

Range NextNamedSecret(std::string_view text, size_t from) {
  for (size_t mark = text.find_first_of("=:", from); mark != npos; mark = text.find_first_of("=:", mark + 1)) {
    if (text.substr(mark).starts_with(kSchemeEnd) || text.substr(mark).starts_with("==")) continue;
    if (!IsSecretName(NameBefore(text, mark))) continue;
    const Range value = ValueBehind(text, mark);
    if (value.found() && value.end > value.begin) return value;
  }
  return {};
}

/// "user:secret@host:9092", as brokers and servers are named that have no scheme.
Range NextAddressSecret(std::string_view text, size_t from) {
  for (size_t at = text.find('@', from); at != npos; at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && !IsSpace(text[begin - 1]) && !IsQuote(text[begin - 1]) && text[begin - 1] != ',') --begin;
    const std::string_view user_info = text.substr(begin, at - begin);
    const size_t colon = user_info.find(':');
    if (user_info.find(kSchemeEnd) != npos || colon == npos || colon == 0 || colon + 1 == user_info.size()) continue;
    size_t port = at + 1;
    while (port < text.size() && IsNameCharacter(text[port])) ++port;
    const bool has_port = port > at + 1 && port + 1 < text.size() && text[port] == ':' && IsDigit(text[port + 1]);
    if (has_port) return {begin + colon + 1, at};
  }
  return {};
}

using Next = Range (*)(std::string_view, size_t);

std::string Replaced(std::string_view text, Next next) {
  std::string out;
  size_t done = 0;
  for (Range found = next(text, 0); found.found(); found = next(text, done)) {
    // What is found again behind the last one begins there at the earliest.
    const size_t begin = std::max(found.begin, done);
    if (found.end <= done) break;
    out.append(text.substr(done, begin - done)).append(kRedacted);
    done = found.end;
  }
  return out.append(text.substr(done));
}

}  // namespace

bool IsSecretName(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    folded += c == '-' || c == '.' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  // Where a secret is, how long it lasts, how many there are.
  static constexpr std::array kHarmlessEnds = {"_path",    "_file", "_url",  "_uri",   "_env_var", "_seconds",
                                               "_ms",      "_ttl",  "_type", "_count", "tokens",   "_margin_seconds",
                                               "_endpoint"};
  for (const std::string_view end : kHarmlessEnds) {
    if (folded.ends_with(end)) return false;
  }
  static constexpr std::array kWords = {"password",   "passwd",       "passphrase",  "passcode",   "secret",
                                        "token",      "credential",   "api_key",     "apikey",     "private_key",
                                        "access_key", "accesskey",    "account_key", "accountkey", "connection_string",
                                        "signature",  "authorization"};
  for (const std::string_view word : kWords) {
    if (folded.find(word) != npos) return true;
  }
  for (const std::string_view word : {"dsn", "pwd", "sig", "sas"}) {
    if (folded == word || folded.ends_with("_" + std::string(word))) return true;
  }
  return false;
}

std::string Redacted(std::string_view text) {
  // Most text has neither.
  if (text.find_first_of("=:") == npos) return std::string(text);
  return Replaced(Replaced(Replaced(text, NextUrlSecret), NextAddressSecret), NextNamedSecret);
}

std::string RedactedValue(std::string_view name, std::string_view text) {
  if (text.empty()) return {};
  return IsSecretName(name) ? kRedacted : Redacted(text);
}

bool IsUrlWithSecret(std::string_view text) {
  const size_t mark = text.find(kSchemeEnd);
  if (mark == npos || mark == 0 || SchemeStart(text, mark) != 0) return false;
  return Redacted(text) != text;
}

std::string WithoutUrlCredentials(std::string_view uri) {
  const size_t mark = uri.find(kSchemeEnd);
  if (mark == npos || mark == 0 || SchemeStart(uri, mark) != 0) return std::string(uri);
  const std::string_view rest = uri.substr(mark + kSchemeEnd.size());
  const Range secret = SecretOfUrl(uri.substr(0, mark), rest);
  if (!secret.found()) return std::string(uri);
  const std::string_view behind = secret.end < rest.size() ? rest.substr(secret.end + 1) : std::string_view();
  return std::string(uri.substr(0, mark + kSchemeEnd.size())).append(behind);
}

}  // namespace feast
