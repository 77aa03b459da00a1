#include "files/formats/csv/csv_options.h"

#include <sstream>
#include <string_view>

namespace feast::scan {
namespace {

constexpr std::string_view kPrefix = "csv.";

arrow::Status BadOption(const FileSource& source, const std::string& tag, const std::string& value,
                        const std::string& wanted) {
  return arrow::Status::Invalid("Data source '", source.name, "' has the tag ", tag, "='", value, "'; it must be ",
                                wanted, ".");
}

arrow::Status SetCharacter(const FileSource& source, const std::string& tag, const std::string& value, char* out) {
  if (value == "\\t" || value == "tab") {
    *out = '\t';
  } else if (value == "none" && tag != "csv.delimiter") {
    *out = '\0';
  } else if (value.size() == 1 && value[0] != '\n' && value[0] != '\r') {
    *out = value[0];
  } else {
    return BadOption(source, tag, value, "one character, or \\t for a tab");
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<CsvOptions> CsvOptionsOf(const FileSource& source) {
  CsvOptions options;
  for (const auto& [tag, value] : source.tags) {
    if (!tag.starts_with(kPrefix)) continue;
    if (tag == "csv.delimiter") {
      ARROW_RETURN_NOT_OK(SetCharacter(source, tag, value, &options.delimiter));
    } else if (tag == "csv.quote") {
      ARROW_RETURN_NOT_OK(SetCharacter(source, tag, value, &options.quote));
    } else if (tag == "csv.escape") {
      ARROW_RETURN_NOT_OK(SetCharacter(source, tag, value, &options.escape));
    } else if (tag == "csv.decimal_point") {
      if (value != "." && value != ",") return BadOption(source, tag, value, "a point or a comma");
      options.decimal_point = value[0];
    } else if (tag == "csv.nulls") {
      std::istringstream words(value);
      for (std::string word; std::getline(words, word, ',');) options.nulls.push_back(word);
    } else {
      return BadOption(source, tag, value,
                       "one of csv.delimiter, csv.quote, csv.escape, csv.decimal_point and csv.nulls");
    }
  }
  return options;
}

}  // namespace feast::scan
