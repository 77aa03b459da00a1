// Items as Feast writes them to DynamoDB: an entity's id, the event time as text, and a map of values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feast/types.h"

namespace feast {

/// "2024-05-01 10:00:00[.123456]+00:00", as Python's str() writes a moment.
std::string DynamodbMomentText(Timestamp moment);
/// Of any offset. Unset for text that is no moment; moments that nanoseconds do not reach are the nearest one.
std::optional<Timestamp> DynamodbMomentOf(std::string_view text);

/// `text` as JSON, with its quotes.
std::string JsonText(const std::string& text);

/// The attributes to be read of a table's items, as the members of a BatchGetItem request, each beginning with a comma.
/// All values are asked for where their names would be too long to list.
std::string DynamodbProjection(const std::vector<std::string>& features);

}  // namespace feast
