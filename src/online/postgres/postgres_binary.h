// PostgreSQL's binary forms of the values that the online store sends and gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feast/types.h"

namespace feast {

inline constexpr unsigned kByteaArrayOid = 1001, kTextArrayOid = 1009;

/// bytea[] or text[].
std::string PostgresArray(unsigned array_oid, const std::vector<std::string>& items);

/// A timestamptz; times before or behind what nanoseconds reach are the nearest moment.
Timestamp PostgresMoment(std::string_view bytes);

/// Rows for COPY … (FORMAT binary).
class PostgresCopyRows {
 public:
  PostgresCopyRows();
  void BeginRow(int16_t columns);
  void AddBytes(std::string_view bytes);
  void AddNumber(double number);
  void AddMoment(Timestamp moment);
  void AddNull();
  /// Ends them; nothing may be added after that.
  const std::string& Finish();

 private:
  std::string bytes_;
};

}  // namespace feast
