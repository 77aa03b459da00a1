#include "catalog/listing.h"

#include "text/redaction.h"

namespace feast {

namespace {

void Redact(const std::string& name, nlohmann::ordered_json* json) {
  if (json->is_string()) {
    *json = RedactedValue(name, json->get_ref<const std::string&>());
  } else if (json->is_object()) {
    for (auto& [key, value] : json->items()) Redact(key, &value);
  } else if (json->is_array()) {
    for (auto& value : *json) Redact("", &value);
  }
}

}  // namespace

Listing WithoutSecrets(Listing listing) {
  for (ListedObject& object : listing.objects) {
    for (std::string& cell : object.cells) cell = Redacted(cell);
    Redact("", &object.json);
  }
  return listing;
}

}  // namespace feast
