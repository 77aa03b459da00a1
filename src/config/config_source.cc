#include "config/config_source.h"

#include <filesystem>

#include "feast/errors.h"

namespace feast {

arrow::Status ConfigSource::Error(std::string_view path, const std::string& message,
                                  std::string_view error_class) const {
  std::string place(path);
  while (true) {
    if (auto found = lines.find(place); found != lines.end()) return ErrorAt(found->second, message, error_class);
    const size_t dot = place.rfind('.');
    if (dot == std::string::npos) return ErrorAt(0, message, error_class);
    place.resize(dot);
  }
}

arrow::Status ConfigSource::ErrorAt(int line, const std::string& message, std::string_view error_class) const {
  if (name.empty()) return NamedError(error_class, "RepoConfig: " + message);
  std::string place = std::filesystem::path(name).filename().string();
  if (line > 0) place += ":" + std::to_string(line);
  return NamedError(error_class, place + ": " + message + "\nat " + name);
}

}  // namespace feast
