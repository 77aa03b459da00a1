// One object for each name: equal ones are merged, different ones of one name are an error naming where both stand.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"

namespace feast {

/// `definitions` with duplicates merged and with every source that a view uses listed among the data sources. Also
/// checks that everything has a usable name.
arrow::Result<Definitions> WithUniqueNames(const Definitions& definitions);

/// " (file:line)", or "" when the place is not known.
std::string DefinedAt(const Origin& origin);

/// "x, y and z" in single quotes.
std::string QuotedList(const std::vector<std::string>& names);

/// Lower case, ASCII.
std::string FoldCase(std::string name);

}  // namespace feast
