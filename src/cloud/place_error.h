// What is wrong with the place where bytes lie, told apart from what is wrong with the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arrow/status.h"

namespace feast {

enum class PlaceTrouble : uint8_t {
  /// No answer, or none that can be used.
  kUnreachable,
  /// The place says no: credentials, permission, a clock, a limit.
  kRefused,
  kAbsent,
  /// It is no longer the version whose reading was begun.
  kChanged,
};

/// An IOError. `message` names the file.
arrow::Status PlaceError(PlaceTrouble trouble, std::string message);

/// Unset for errors of other kinds.
std::optional<PlaceTrouble> PlaceTroubleOf(const arrow::Status& status);

}  // namespace feast
