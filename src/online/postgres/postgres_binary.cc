#include "online/postgres/postgres_binary.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace feast {

namespace {

constexpr unsigned kByteaItemOid = 17, kTextItemOid = 25;
/// From here PostgreSQL counts microseconds.
constexpr std::chrono::sys_days kPostgresEpoch = std::chrono::year{2000} / 1 / 1;

template <typename Number>
void AppendBigEndian(Number number, std::string* out) {
  for (int byte = sizeof(Number) - 1; byte >= 0; --byte) {
    out->push_back(static_cast<char>(static_cast<uint64_t>(number) >> (8 * byte)));
  }
}

}  // namespace

std::string PostgresArray(unsigned array_oid, const std::vector<std::string>& items) {
  std::string bytes;
  AppendBigEndian<int32_t>(1, &bytes);  // dimensions
  AppendBigEndian<int32_t>(0, &bytes);  // no nulls
  AppendBigEndian<uint32_t>(array_oid == kByteaArrayOid ? kByteaItemOid : kTextItemOid, &bytes);
  AppendBigEndian<int32_t>(static_cast<int32_t>(items.size()), &bytes);
  AppendBigEndian<int32_t>(1, &bytes);  // the first one's number
  for (const std::string& item : items) {
    AppendBigEndian<int32_t>(static_cast<int32_t>(item.size()), &bytes);
    bytes += item;
  }
  return bytes;
}

Timestamp PostgresMoment(std::string_view bytes) {
  using Micros = std::chrono::microseconds;
  constexpr auto kFirst = std::chrono::ceil<Micros>(Timestamp::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<Micros>(Timestamp::max().time_since_epoch());
  uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  const auto since_2000 = static_cast<int64_t>(number);
  constexpr int64_t kEpochUs = Micros(kPostgresEpoch.time_since_epoch()).count();
  int64_t micros = 0;
  // "infinity" is the greatest number there is.
  if (__builtin_add_overflow(since_2000, kEpochUs, &micros)) micros = since_2000;
  return Timestamp(std::clamp(Micros(micros), kFirst, kLast));
}

PostgresCopyRows::PostgresCopyRows() {
  bytes_ = std::string("PGCOPY\n\377\r\n\0", 11);
  AppendBigEndian<int32_t>(0, &bytes_);  // flags
  AppendBigEndian<int32_t>(0, &bytes_);  // no further header
}

void PostgresCopyRows::BeginRow(int16_t columns) { AppendBigEndian(columns, &bytes_); }

void PostgresCopyRows::AddBytes(std::string_view bytes) {
  AppendBigEndian(static_cast<int32_t>(bytes.size()), &bytes_);
  bytes_ += bytes;
}

void PostgresCopyRows::AddNumber(double number) {
  AppendBigEndian<int32_t>(sizeof(number), &bytes_);
  AppendBigEndian(std::bit_cast<int64_t>(number), &bytes_);
}

void PostgresCopyRows::AddMoment(Timestamp moment) {
  AppendBigEndian<int32_t>(sizeof(int64_t), &bytes_);
  AppendBigEndian<int64_t>(std::chrono::floor<std::chrono::microseconds>(moment - kPostgresEpoch).count(), &bytes_);
}

void PostgresCopyRows::AddNull() { AppendBigEndian<int32_t>(-1, &bytes_); }

const std::string& PostgresCopyRows::Finish() {
  AppendBigEndian<int16_t>(-1, &bytes_);
  return bytes_;
}

}  // namespace feast
