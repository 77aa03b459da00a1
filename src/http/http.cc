#include "http/http.h"

#include <strings.h>

#include <algorithm>

namespace feast {

namespace {

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string HttpHeaders::Get(std::string_view name) const {
  for (const auto& [its_name, value] : fields_) {
    if (SameName(its_name, name)) return value;
  }
  return {};
}

bool HttpHeaders::Has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) { return SameName(field.first, name); });
}

void HttpHeaders::Set(std::string name, std::string value) {
  for (auto& [its_name, its_value] : fields_) {
    if (!SameName(its_name, name)) continue;
    its_value = std::move(value);
    return;
  }
  fields_.emplace_back(std::move(name), std::move(value));
}

}  // namespace feast
