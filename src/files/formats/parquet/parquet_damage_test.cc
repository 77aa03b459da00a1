// Files damaged in every way: reading them is an error or gives something, and never ends the process.
// FEAST_DAMAGED_FILES says how many are tried, FEAST_SEED with which one to begin: docs/reliability.md.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <sstream>

#include "files/formats/parquet/parquet_row_group.h"
#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

using Bytes = std::string;

std::shared_ptr<arrow::Table> ManyTypes(int64_t rows) {
  std::ostringstream integers, texts, lists, structs, numbers;
  for (int64_t row = 0; row < rows; ++row) {
    const char* const comma = row == 0 ? "" : ",";
    integers << comma << row % 7;
    numbers << comma << (row % 5 == 0 ? std::string("null") : std::to_string(row));
    texts << comma << (row % 11 == 0 ? std::string("null") : "\"driver " + std::to_string(row % 13) + "\"");
    lists << comma << (row % 4 == 0 ? std::string("null") : "[" + std::to_string(row) + ",null]");
    structs << comma << R"({"a":)" << row << R"(,"b":["x"]})";
  }
  const auto all = [](const std::ostringstream& values) { return "[" + values.str() + "]"; };
  const auto inner = arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::list(arrow::utf8()))});
  return MakeTable({{"driver", arrow::int64(), all(integers)},
                    {"ts", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), all(numbers)},
                    {"day", arrow::date32(), all(integers)},
                    {"rate", arrow::float64(), all(numbers)},
                    {"small", arrow::int16(), all(integers)},
                    {"name", arrow::utf8(), all(texts)},
                    {"city", arrow::dictionary(arrow::int32(), arrow::utf8()), all(texts)},
                    {"list", arrow::list(arrow::int64()), all(lists)},
                    {"struct", inner, all(structs)}});
}

/// The same rows stored in several ways.
std::vector<Bytes> WholeFiles() {
  const TemporaryFolder folder;
  std::vector<Bytes> files;
  for (const auto codec : {parquet::Compression::UNCOMPRESSED, parquet::Compression::SNAPPY}) {
    for (const auto version : {parquet::ParquetDataPageVersion::V1, parquet::ParquetDataPageVersion::V2}) {
      for (const bool dictionary : {true, false}) {
        parquet::WriterProperties::Builder builder;
        builder.compression(codec)->data_page_version(version)->data_pagesize(100)->write_batch_size(16);
        builder.enable_write_page_index()->enable_bloom_filter("driver", {.ndv = 8, .fpp = 0.01});
        if (!dictionary) builder.disable_dictionary();
        const std::string path = folder / "whole.parquet";
        WriteParquetTable(*ManyTypes(60), path, 40, builder.build());
        std::ifstream stream(path, std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
      }
    }
  }
  return files;
}

/// Half of the damage is done to the footer, without which little is read.
Bytes Damage(Bytes file, std::mt19937_64* random) {
  const auto any = [&](size_t count) { return static_cast<size_t>((*random)() % count); };
  uint32_t footer = 0;
  std::memcpy(&footer, file.data() + file.size() - 8, sizeof(footer));
  for (size_t left = 1 + any(2); left > 0; --left) {
    const size_t at = any(2) == 0 ? any(file.size()) : file.size() - 8 - footer + any(footer);
    switch (any(4)) {
      case 0:
        file[at] = static_cast<char>(any(256));
        break;
      case 1:
        file[at] = static_cast<char>(file[at] ^ (1 << any(8)));
        break;
      case 2:
        file[at] = static_cast<char>(file[at] + (any(2) == 0 ? 2 : -2));
        break;
      default:
        for (size_t i = at; i < std::min(file.size(), at + any(9)); ++i) file[i] = any(2) == 0 ? '\0' : '\xff';
        break;
    }
  }
  return file;
}

/// Does with a fragment all that can be done.
int64_t ReadEveryWay(const Fragment& fragment, const std::vector<std::string>& columns) {
  int64_t failed = 0;
  const auto count = [&](const arrow::Status& status) { failed += status.ok() ? 0 : 1; };
  RowSet rows(fragment.rows());
  rows.Add(fragment.rows() / 2);
  rows.Seal();
  for (const std::string& column : columns) {
    static_cast<void>(fragment.bytes({column}));
    static_cast<void>(fragment.range(column));
    count(fragment.RowsWithin(column, {1, 3}).status());
    count(fragment.MayHoldAny(column, {3}, {"driver 3"}).status());
    count(fragment.ReadRows({column}, rows).status());
    const auto take = [](const arrow::Table& batch, int64_t) -> arrow::Result<bool> {
      return batch.ValidateFull().ok() || true;
    };
    count(fragment.Stream({column}, Dictionaries::kKept, {0, fragment.rows()}, take));
  }
  count(fragment.ReadTogether(columns, Dictionaries::kDecoded, 2).status());
  return failed;
}

TEST(ParquetDamage, NeverEndsTheProcess) {
  const auto setting = [](const char* name, uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  };
  const uint64_t count = setting("FEAST_DAMAGED_FILES", 400), first = setting("FEAST_SEED", 1);
  const std::vector<Bytes> whole = WholeFiles();
  const TemporaryFolder folder;
  FileSource source;
  source.name = "damaged";
  source.path = folder / "damaged.parquet";
  uint64_t refused = 0, damaged = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    std::mt19937_64 random(seed);
    std::ofstream(source.path, std::ios::binary) << Damage(whole[seed % whole.size()], &random);
    const auto reader = SourceReader::Open(source, RepoConfig());
    const auto fragments = reader.ok() ? (*reader)->Fragments() : reader.status();
    if (!fragments.ok()) {
      EXPECT_NE(fragments.status().message().find("damaged.parquet"), std::string::npos) << fragments.status();
      ++refused;
      continue;
    }
    int64_t failed = 0;
    for (const auto& fragment : *fragments) failed += ReadEveryWay(*fragment, (*reader)->schema()->field_names());
    damaged += failed > 0;
  }
  std::cout << count << " damaged files: " << refused << " refused, " << damaged
            << " with columns that cannot be read\n";
  EXPECT_GT(refused, count / 20);
  EXPECT_GT(damaged, count / 20);
}

}  // namespace
}  // namespace feast::scan
