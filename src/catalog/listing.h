// A list of objects as every client shows it: rows for people, JSON objects for programs.
#pragma once

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace feast {

struct ListedObject {
  /// One for each column of the listing. Names and descriptions as they are stored: who prints them escapes them.
  std::vector<std::string> cells;
  /// Tells more than the cells; its keys are part of the interface of commands and servers.
  nlohmann::ordered_json json;
};

struct Listing {
  std::vector<std::string> columns;
  /// As stored: in the order of the registry.
  std::vector<ListedObject> objects;
};

/// The same without the secrets in names, tags and texts (text/redaction.h).
Listing WithoutSecrets(Listing listing);

}  // namespace feast
