#include "files/places/local_files.h"

#include <sys/stat.h>

#include <filesystem>

#include "arrow/buffer.h"
#include "cloud/place_error.h"
#include "files/places/file_listing.h"
#include "files/places/location.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

std::string ReadAll(arrow::io::RandomAccessFile& file) {
  return file.ReadAt(0, file.GetSize().ValueOrDie()).ValueOrDie()->ToString();
}

TEST(LocalFiles, OneVersionOfAFile) {
  TemporaryFolder folder;
  const std::string path = folder / "a";
  WriteText(path, "first");
  LocalFiles files;
  const auto first = files.OpenInputFile(path).ValueOrDie();
  EXPECT_EQ(ReadAll(*first), "first");
  WriteText(folder / "b", "other");
  std::filesystem::rename(folder / "b", path);
  EXPECT_EQ(ReadAll(*first), "first") << "who has the old file open goes on with it";
  const auto again = files.OpenInputFile(path).status();
  EXPECT_EQ(PlaceTroubleOf(again), PlaceTrouble::kChanged) << again.ToString();
  EXPECT_NE(again.message().find(path), std::string::npos);
  EXPECT_EQ(ReadAll(*LocalFiles().OpenInputFile(path).ValueOrDie()), "other");
}

TEST(LocalFiles, RewritingAFileInPlaceIsNoticed) {
  TemporaryFolder folder;
  const std::string path = folder / "a";
  WriteText(path, "first");
  LocalFiles files;
  const auto file = files.OpenInputFile(path).ValueOrDie();
  EXPECT_EQ(ReadAll(*file), "first");
  // The clock of files ticks every few milliseconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  WriteText(path, "other");
  EXPECT_EQ(PlaceTroubleOf(file->ReadAt(0, 5).status()), PlaceTrouble::kChanged);
  ASSERT_TRUE(file->Seek(0).ok());
  EXPECT_EQ(PlaceTroubleOf(file->Read(5).status()), PlaceTrouble::kChanged);
}

TEST(LocalFiles, PipesAreRefusedWithoutWaiting) {
  TemporaryFolder folder;
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const auto opened = LocalFiles().OpenInputFile(pipe).status();
  EXPECT_NE(opened.message().find("a named pipe, which can be read only once"), std::string::npos) << opened.message();
  for (const std::string& path : {pipe, folder.path()}) {
    const Location location = OpenLocation(path).ValueOrDie();
    const auto listed = ListFiles(location, location.file_system->GetFileInfo(path).ValueOrDie()).status();
    EXPECT_NE(listed.message().find("a named pipe"), std::string::npos) << listed.message();
  }
}

TEST(LocalFiles, ErrorsSayWhatTheSystemSays) {
  TemporaryFolder folder;
  const auto missing = LocalFiles().OpenInputFile(folder / "a").status();
  EXPECT_NE(missing.message().find("No such file or directory"), std::string::npos) << missing.message();
}

std::vector<std::string> Listed(const TemporaryFolder& folder, const std::string& pattern) {
  const Location location = OpenLocation(folder.path() + pattern).ValueOrDie();
  std::vector<std::string> names;
  const auto files = ListFiles(location, location.file_system->GetFileInfo(location.path).ValueOrDie());
  if (!files.ok()) return {files.status().message()};
  for (const SourceFile& file : *files) names.push_back(file.path.substr(folder.path().size() + 1));
  return names;
}

TEST(ListFiles, NothingIsPassedOverButHiddenNames) {
  TemporaryFolder folder;
  for (const char* name : {"a.parquet", "b.PARQUET", "part-00001", "sub/b.parquet.snappy", "_day=1/c", ".a.parquet.crc",
                           "_SUCCESS", "_temporary/0/d.parquet", ".ipynb_checkpoints/a.parquet", "sub/.Trash-0/e/f"}) {
    WriteText(folder / name, "x");
  }
  const std::vector<std::string> all = {"_day=1/c", "a.parquet", "b.PARQUET", "part-00001", "sub/b.parquet.snappy"};
  EXPECT_EQ(Listed(folder, ""), all);
  EXPECT_EQ(Listed(folder, "/**/*"), all);
  EXPECT_EQ(Listed(folder, "/*"), all) << "a pattern may match folders, whose files are taken";
  EXPECT_EQ(Listed(folder, "/**/*.parquet"), (std::vector<std::string>{"a.parquet"}));
  EXPECT_EQ(Listed(folder, "/_temporary/**/*.parquet"), (std::vector<std::string>{"_temporary/0/d.parquet"}));
  EXPECT_EQ(Listed(folder, "/.ipynb*/*"), (std::vector<std::string>{".ipynb_checkpoints/a.parquet"}));
}

TEST(ListFiles, TwoFormatsAreRefusedByName) {
  TemporaryFolder folder;
  WriteText(folder / "a.parquet", "x");
  WriteText(folder / "b.CSV", "x");
  const auto error = Listed(folder, "").at(0);
  EXPECT_NE(error.find("two formats"), std::string::npos) << error;
  EXPECT_NE(error.find("b.CSV"), std::string::npos) << error;
}

}  // namespace
}  // namespace feast::scan
