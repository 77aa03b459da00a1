// Listings and JSON documents on standard output, harmless to the terminal or runner that shows them.
#pragma once

#include <string>

#include "catalog/listing.h"
#include "cli/command_line.h"
#include "nlohmann/json_fwd.hpp"

namespace feast::cli {

/// Declares --format, "text|json".
Command AddFormatOption(Command command, std::string* format);

/// Prints a listing as a table, or with "json" as a list of objects.
void PrintListing(const Listing& listing, const std::string& format);

/// `indent`: spaces for each level. Text that is not UTF-8 is shown as far as it is.
void PrintJson(const nlohmann::json& document, int indent);
void PrintJson(const nlohmann::ordered_json& document, int indent);

}  // namespace feast::cli
