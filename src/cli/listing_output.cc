#include "cli/listing_output.h"

#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "cli/text_table.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

constexpr int kListingIndent = 2;

template <typename Document>
void PrintDocument(const Document& document, int indent) {
  Print(PrintableJson(JsonText(document, indent)) + "\n");
}

}  // namespace

Command AddFormatOption(Command command, std::string* format) {
  return command.Choice("--format", format, {"text", "json"}, "Output for people or for programs");
}

void PrintListing(const Listing& listing, const std::string& format) {
  if (format == "json") {
    auto array = nlohmann::ordered_json::array();
    for (const ListedObject& object : listing.objects) array.push_back(object.json);
    PrintJson(array, kListingIndent);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(listing.objects.size());
  for (const ListedObject& object : listing.objects) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string& cell : object.cells) row.push_back(PrintableText(cell));
  }
  Print(RenderTable(listing.columns, rows));
}

void PrintJson(const nlohmann::json& document, int indent) { PrintDocument(document, indent); }
void PrintJson(const nlohmann::ordered_json& document, int indent) { PrintDocument(document, indent); }

}  // namespace feast::cli
