#include "files/formats/delta_log.h"

#include <algorithm>

#include "arrow/array/util.h"
#include "files/source_reader.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

/// A table that the deltalake package wrote: partitioned by city, a checkpoint, a deleted file, a column added later.
const std::string kDrivers = std::string(FEAST_SOURCE_DIR) + "/tests/data/delta_drivers";

std::shared_ptr<SourceReader> OpenTable(const std::string& path) {
  FileSource source;
  source.path = path;
  return SourceReader::Open(source, RepoConfig()).ValueOrDie();
}

/// Rows as "driver/city/trips", sorted.
std::vector<std::string> Rows(SourceReader& reader) {
  std::vector<std::string> rows;
  const auto fragments = reader.Fragments().ValueOrDie();
  for (const auto& fragment : fragments) {
    const auto table = fragment->Read({"driver_id", "city", "trips"}).ValueOrDie();
    for (int64_t i = 0; i < table->num_rows(); ++i) {
      std::string row;
      for (const auto& column : table->columns()) row += "/" + column->GetScalar(i).ValueOrDie()->ToString();
      rows.push_back(row.substr(1));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

const std::vector<std::string> kNewestRows = {"1/Zürich/null", "1/Zürich/null", "2/New York/null", "3/null/null",
                                              "4/Zürich/7"};

TEST(DeltaLog, NewestVersionFromCheckpointAndCommits) {
  const auto reader = OpenTable(kDrivers);
  EXPECT_EQ(Rows(*reader), kNewestRows);
  EXPECT_EQ(reader->schema()->ToString(),
            "driver_id: int64\nevent_timestamp: timestamp[us, tz=UTC]\nconv_rate: float\ncity: string\ntrips: int32");
}

TEST(DeltaLog, CommitsAlone) {
  TemporaryFolder folder;
  std::filesystem::copy(kDrivers, folder / "t", std::filesystem::copy_options::recursive);
  std::filesystem::remove(folder / "t/_delta_log/00000000000000000001.checkpoint.parquet");
  EXPECT_EQ(Rows(*OpenTable(folder / "t")), kNewestRows);
}

TEST(DeltaLog, CheckpointWithoutOlderCommits) {
  TemporaryFolder folder;
  std::filesystem::copy(kDrivers, folder / "t", std::filesystem::copy_options::recursive);
  std::filesystem::remove(folder / "t/_delta_log/00000000000000000000.json");
  std::filesystem::remove(folder / "t/_delta_log/00000000000000000001.json");
  EXPECT_EQ(Rows(*OpenTable(folder / "t")), kNewestRows);
}

/// What reading a table with these commits says.
std::string ErrorOf(const std::vector<std::string>& commits) {
  TemporaryFolder folder;
  for (size_t i = 0; i < commits.size(); ++i) {
    WriteText(folder / ("t/_delta_log/0000000000000000000" + std::to_string(i) + ".json"), commits[i]);
  }
  const Location location = OpenLocation(folder / "t").ValueOrDie();
  return Error(ReadDeltaLog(location));
}

const std::string kMetadata =
    R"({"metaData":{"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"k\",\"type\":\"long\"}]}","partitionColumns":[]}})";

TEST(DeltaLog, ReadsAMinimalLog) {
  EXPECT_EQ(ErrorOf({kMetadata + "\n" + R"({"add":{"path":"a.parquet","size":1}})" + "\n\n"}), "");
}

TEST(DeltaLog, FeaturesThatAreMissingHereAreRefused) {
  EXPECT_NE(ErrorOf({kMetadata,
                     R"({"add":{"path":"a","deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":1}}})"})
                .find("deletion vectors"),
            std::string::npos);
  const std::string mapped =
      R"({"metaData":{"schemaString":"{\"fields\":[]}","configuration":{"delta.columnMapping.mode":"name"}}})";
  EXPECT_NE(ErrorOf({mapped}).find("columnMapping"), std::string::npos);
  EXPECT_NE(ErrorOf({kMetadata, R"({"protocol":{"minReaderVersion":3,"readerFeatures":["rowsOnTheMoon"]}})"})
                .find("rowsOnTheMoon"),
            std::string::npos);
  EXPECT_NE(ErrorOf({kMetadata, R"({"protocol":{"minReaderVersion":9}})"}).find("version 9"), std::string::npos);
}

TEST(DeltaLog, DeletionVectorsThatAreGoneDoNoHarm) {
  const std::string vector = R"("deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":1})";
  // The file comes back without its vector, in whichever order the commit says so.
  EXPECT_EQ(ErrorOf({kMetadata, R"({"add":{"path":"a",)" + vector + "}}",
                     R"({"add":{"path":"a"}})"
                     "\n"
                     R"({"remove":{"path":"a",)" +
                         vector + "}}"}),
            "");
}

std::string Nested(const std::string& open, const std::string& middle, const std::string& close, int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  text += middle;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(DeltaLog, NothingIsNestedForEver) {
  constexpr int kDepth = 100'000;
  const std::string type =
      Nested(R"({\"type\":\"array\",\"elementType\":)", R"(\"long\")", R"(,\"containsNull\":true})", kDepth);
  EXPECT_NE(ErrorOf({R"({"metaData":{"schemaString":"{\"fields\":[{\"name\":\"k\",\"type\":)" + type + "}]}\"}}"})
                .find("the schema in the log is damaged"),
            std::string::npos);
  const std::string lists = Nested("[", "", "]", kDepth);
  EXPECT_NE(ErrorOf({kMetadata, R"({"add":{"path":"a","partitionValues":{"k":)" + lists + "}}}"}).find("nested deeper"),
            std::string::npos);
  const std::string vector = R"("deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":)";
  EXPECT_NE(ErrorOf({kMetadata, R"({"add":{"path":"a",)" + vector + lists + "}}}"}).find("nested deeper"),
            std::string::npos);
}

TEST(DeltaLog, ACheckpointsTextsAreUtf8) {
  for (const std::string path : {"a\xff\xfe", "\xc3"}) {
    const auto schema = arrow::struct_({arrow::field("path", arrow::utf8())});
    const arrow::StructScalar add({std::make_shared<arrow::StringScalar>(path)}, schema);
    const auto column = arrow::MakeArrayFromScalar(add, 1).ValueOrDie();
    TemporaryFolder folder;
    WriteParquetTable(*arrow::Table::Make(arrow::schema({arrow::field("add", schema)}), {column}),
                      folder / "t/_delta_log/00000000000000000000.checkpoint.parquet");
    EXPECT_NE(Error(ReadDeltaLog(OpenLocation(folder / "t").ValueOrDie())).find("not UTF-8"), std::string::npos);
  }
}

TEST(DeltaLog, DamageIsToldApart) {
  EXPECT_NE(ErrorOf({"{not json"}).find("damaged"), std::string::npos);
  EXPECT_NE(ErrorOf({R"({"add":{"path":"a"}})"}).find("no schema"), std::string::npos);
  EXPECT_NE(ErrorOf({R"({"add":{"path":"a","size":5.55555e+148}})"}).find("its size is no whole number"),
            std::string::npos);
  EXPECT_NE(ErrorOf({R"({"protocol":{"minReaderVersion":1e300}})"}).find("its minReaderVersion is no whole number"),
            std::string::npos);
  EXPECT_NE(
      ErrorOf({R"({"metaData":{"schemaString":"{\"fields\":[{\"name\":\"k\",\"type\":\"wave\"}]}"}})"}).find("'wave'"),
      std::string::npos);
  TemporaryFolder folder;
  WriteText(folder / "t/_delta_log/00000000000000000000.json", kMetadata);
  WriteText(folder / "t/_delta_log/00000000000000000002.json", kMetadata);
  EXPECT_NE(Error(ReadDeltaLog(OpenLocation(folder / "t").ValueOrDie())).find("lacks version 1"), std::string::npos);
  FileSource source;
  source.path = folder.path();
  source.format = FileFormat::kDelta;
  EXPECT_NE(Error(SourceReader::Open(source, RepoConfig())).find("There is no Delta table at"), std::string::npos);
}

}  // namespace
}  // namespace feast::scan
