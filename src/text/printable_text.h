// Text from a registry or a file as a terminal, a log and a CI runner may show it.
//
// Names, descriptions and the like come from others. They must neither move a reader's cursor (control characters,
// marks that turn the direction of writing), nor look like more lines than they are, nor speak to a runner that reads
// commands out of what is printed: GitHub's takes lines that begin with "::", and "##[" anywhere.
#pragma once

#include <string>
#include <string_view>

namespace feast {

/// `text` with everything escaped that is not simply shown: "\n", "\t", "\x1b", "\u202e"; bytes that are not UTF-8 as
/// "\xff". A backslash stays as it is: this is for people, not to be read back.
std::string EscapeControls(std::string_view text);

/// The same, and harmless to a runner: for names, descriptions, owners and paths.
std::string PrintableText(std::string_view text);

/// The same for each line of a message of several; line ends and tabs stay.
std::string PrintableLines(std::string_view text);

/// JSON that says the same, with those characters escaped as JSON does it.
std::string PrintableJson(std::string_view json);

/// Whether PrintableLines would change it.
bool IsPrintable(std::string_view text);

}  // namespace feast
