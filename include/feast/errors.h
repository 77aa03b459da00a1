// Errors that Feast users know by name.
//
// Every error of this library is an arrow::Status whose message says what is wrong, where, and one thing to do. Those
// for which Feast has an exception class carry its name, so that Python can raise it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arrow/status.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// A Status (code KeyError for names ending in "NotFoundException", else Invalid) that carries the class name of
/// `feast.errors`, e.g. "FeatureViewNotFoundException".
arrow::Status NamedError(std::string_view feast_class, std::string message);

/// The class name a Status carries; "" for none.
std::string_view ErrorClass(const arrow::Status& status);

/// "<source> cannot be read: <why>": `why` with its code, and a mark by which code can tell it from other errors.
/// `source` says which and where it is defined.
arrow::Status UnreadableSource(const std::string& source, const arrow::Status& why);

/// `why` of an UnreadableSource; unset for other errors.
std::optional<arrow::Status> WhyUnreadable(const arrow::Status& status);

}  // namespace feast
