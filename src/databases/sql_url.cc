#include "databases/sql_url.h"

#include <string_view>

#include "arrow/util/uri.h"
#include "text/redaction.h"

namespace feast {

namespace {

using arrow::util::UriUnescape;

/// The text before `mark`, which goes from `rest` with it; "" when there is no mark.
std::string_view TakeUpTo(std::string_view* rest, size_t mark) {
  if (mark == std::string_view::npos) return {};
  const std::string_view before = rest->substr(0, mark);
  rest->remove_prefix(mark + 1);
  return before;
}

void ParseHost(std::string_view host, std::map<std::string, std::string>* parameters) {
  size_t after_address = 0;
  if (host.starts_with('[') && host.find(']') != std::string_view::npos) after_address = host.find(']') + 1;
  const size_t colon = host.find(':', after_address);
  if (colon != std::string_view::npos) {
    if (colon + 1 < host.size()) (*parameters)["port"] = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (after_address != 0) host = host.substr(1, after_address - 2);
  if (!host.empty()) (*parameters)["host"] = UriUnescape(host);
}

void ParseOptions(std::string_view options, std::map<std::string, std::string>* parameters) {
  while (!options.empty()) {
    const size_t end = std::min(options.find('&'), options.size());
    const std::string_view option = options.substr(0, end);
    const size_t equals = option.find('=');
    if (equals != std::string_view::npos) {
      (*parameters)[UriUnescape(option.substr(0, equals))] = UriUnescape(option.substr(equals + 1));
    }
    options.remove_prefix(std::min(end + 1, options.size()));
  }
}

/// Where the user and password end: passwords may hold any character, even @ when a host follows the last one.
size_t EndOfCredentials(std::string_view rest) {
  const size_t first = rest.find('@');
  return first == std::string_view::npos ? first : rest.rfind('@', rest.find_first_of("/?", first));
}

std::map<std::string, std::string> ParsePostgres(std::string_view rest) {
  std::map<std::string, std::string> parameters;
  std::string_view user = TakeUpTo(&rest, EndOfCredentials(rest));
  if (const size_t colon = user.find(':'); colon != std::string_view::npos) {
    parameters["password"] = UriUnescape(user.substr(colon + 1));
    user = user.substr(0, colon);
  }
  if (!user.empty()) parameters["user"] = UriUnescape(user);
  if (const size_t mark = rest.find('?'); mark != std::string_view::npos) {
    ParseOptions(rest.substr(mark + 1), &parameters);
    rest = rest.substr(0, mark);
  }
  const size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    if (slash + 1 < rest.size()) parameters["dbname"] = UriUnescape(rest.substr(slash + 1));
    rest = rest.substr(0, slash);
  }
  ParseHost(rest, &parameters);
  return parameters;
}

/// "postgresql" of "postgresql+psycopg://…", "" of what is no URL.
std::string DialectOf(const std::string& url) {
  const size_t end = url.find("://");
  return end == std::string::npos ? "" : url.substr(0, std::min(url.find('+'), end));
}

bool IsPostgres(const std::string& dialect) { return dialect == "postgresql" || dialect == "postgres"; }

}  // namespace

std::string SqlUrl::Show() const {
  if (kind == Kind::kSqlite) return "sqlite:///" + path;
  const auto get = [&](const char* key) {
    const auto found = parameters.find(key);
    return found == parameters.end() ? std::string() : found->second;
  };
  std::string text = "postgresql://";
  if (!get("user").empty()) text += get("user") + "@";
  text += get("host");
  if (!get("port").empty()) text += ":" + get("port");
  return text + "/" + get("dbname");
}

std::string SqlUrl::Redacted(std::string message) const {
  for (const char* key : {"password", "sslpassword", "port"}) {
    const auto secret = parameters.find(key);
    if (secret == parameters.end() || secret->second.empty()) continue;
    // What stands in a port's place and is no number may be the password of a URL that lacks its host.
    const bool is_number = secret->second.find_first_not_of("0123456789") == std::string::npos;
    if (std::string_view(key) == "port" && is_number) continue;
    for (size_t at = message.find(secret->second); at != std::string::npos; at = message.find(secret->second, at)) {
      message.replace(at, secret->second.size(), kRedacted);
    }
  }
  return feast::Redacted(message);
}

bool IsSqlUrl(const std::string& path) {
  const std::string dialect = DialectOf(path);
  return IsPostgres(dialect) || dialect == "sqlite";
}

arrow::Result<SqlUrl> ParseSqlUrl(const std::string& url, const std::string& option) {
  const size_t end = url.find("://");
  if (end == std::string::npos) {
    return arrow::Status::Invalid("`", option, "` of a registry of type sql is a database's URL, such as ",
                                  "postgresql://user@host:5432/feast or sqlite:///data/registry.db, in ",
                                  "feature_store.yaml");
  }
  const std::string dialect = DialectOf(url);
  const std::string_view rest = std::string_view(url).substr(end + 3);
  SqlUrl parsed;
  if (IsPostgres(dialect)) {
    parsed.kind = SqlUrl::Kind::kPostgres;
    parsed.parameters = ParsePostgres(rest);
    return parsed;
  }
  if (dialect != "sqlite") {
    return arrow::Status::NotImplemented("A registry cannot be kept in a database of this kind: '", dialect, "'. Set `",
                                         option, "` in feature_store.yaml to a postgresql:// or sqlite:/// ", "URL");
  }
  // sqlite:///relative, sqlite:////absolute
  parsed.path = rest.starts_with('/') ? rest.substr(1, rest.find('?') - 1) : "";
  if (parsed.path.empty() || parsed.path == ":memory:" || parsed.path.starts_with("file:")) {
    return arrow::Status::Invalid("`", option, "` names no SQLite file to keep the registry in; write ",
                                  "sqlite:///data/registry.db (or sqlite:////absolute/path) in feature_store.yaml");
  }
  return parsed;
}

}  // namespace feast
