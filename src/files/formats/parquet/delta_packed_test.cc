#include "files/formats/parquet/delta_packed.h"

#include <vector>

#include "gtest/gtest.h"
#include "parquet/exception.h"

namespace feast::scan {
namespace {

void AddVarint(uint64_t number, std::vector<uint8_t>* bytes) {
  for (; number >= 0x80; number >>= 7) bytes->push_back(static_cast<uint8_t>(number | 0x80));
  bytes->push_back(static_cast<uint8_t>(number));
}

void AddZigzag(int64_t number, std::vector<uint8_t>* bytes) {
  AddVarint((static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63), bytes);
}

/// A block of four parts of eight numbers each, differences in 64 bits, as DuckDB writes them.
std::vector<uint8_t> Packed(const std::vector<int64_t>& numbers, int width, int64_t min_delta) {
  std::vector<uint8_t> bytes;
  AddVarint(32, &bytes);
  AddVarint(4, &bytes);
  AddVarint(numbers.size(), &bytes);
  AddZigzag(numbers[0], &bytes);
  AddZigzag(min_delta, &bytes);
  bytes.insert(bytes.end(), {static_cast<uint8_t>(width), 0, 0, 0});
  std::vector<uint8_t> packed(static_cast<size_t>(width));
  for (size_t i = 1; i < numbers.size(); ++i) {
    const auto delta = static_cast<uint64_t>(numbers[i] - numbers[i - 1] - min_delta);
    for (int bit = 0; bit < width; ++bit) {
      const size_t place = (i - 1) * static_cast<size_t>(width) + static_cast<size_t>(bit);
      packed[place / 8] |= static_cast<uint8_t>((delta >> bit & 1) << place % 8);
    }
  }
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  return bytes;
}

TEST(DeltaPacked, DifferencesOf64BitsBetweenNumbersOf32) {
  const std::vector<int64_t> numbers{4294967295, 1, 4294967294, 2147483648, 0, 7};
  const auto bytes = Packed(numbers, 34, -4294967294);
  DeltaPackedNumbers read(bytes.data(), static_cast<int64_t>(bytes.size()));
  for (const int64_t number : numbers) EXPECT_EQ(static_cast<uint32_t>(read.Next()), number);
  EXPECT_THROW(read.Next(), parquet::ParquetException);
}

TEST(DeltaPacked, BytesThatEndEarlyAreAnError) {
  const auto bytes = Packed({4294967295, 1, 4294967294, 2147483648, 0, 7}, 34, -4294967294);
  // Of the 34 bytes that the differences have room in, five times 34 bits are taken.
  constexpr int64_t kSpareBytes = 34 - (5 * 34 + 7) / 8;
  for (int64_t size = 0; size + kSpareBytes < static_cast<int64_t>(bytes.size()); ++size) {
    EXPECT_THROW(
        {
          DeltaPackedNumbers read(bytes.data(), size);
          for (int i = 0; i < 6; ++i) read.Next();
        },
        parquet::ParquetException)
        << size;
  }
}

}  // namespace
}  // namespace feast::scan
