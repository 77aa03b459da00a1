#include "files/places/location.h"

#include "arrow/filesystem/filesystem.h"
#include "files/places/glob.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

TEST(OpenLocation, LocalPathsAndFileUris) {
  EXPECT_EQ(OpenLocation("/a b/c").ValueOrDie().Show(), "/a b/c");
  const Location uri = OpenLocation("file:///a%20b/c").ValueOrDie();
  EXPECT_EQ(uri.path, "/a b/c");
  EXPECT_TRUE(uri.is_local());
}

TEST(OpenLocation, S3AsksNoServer) {
  const auto opened = OpenLocation("s3://bucket/some key/*.parquet", {"http://localhost:1/"});
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  EXPECT_EQ(opened->file_system->type_name(), "s3");
  EXPECT_EQ(opened->path, "bucket/some key/*.parquet");
  EXPECT_EQ(opened->Show(), "s3://bucket/some key/*.parquet");
}

TEST(OpenLocation, UnknownSchemesAreNamed) {
  const auto opened = OpenLocation("ftp://host/file");
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(Error(opened).find("Cannot use 'ftp://host/file'"), std::string::npos) << Error(opened);
}

TEST(Glob, Matches) {
  EXPECT_TRUE(GlobMatches("/a/*.parquet", "/a/x.parquet"));
  EXPECT_FALSE(GlobMatches("/a/*.parquet", "/a/b/x.parquet"));
  EXPECT_FALSE(GlobMatches("/a/*", "/a/.hidden"));
  EXPECT_TRUE(GlobMatches("/a/**/x", "/a/x"));
  EXPECT_TRUE(GlobMatches("/a/**/x", "/a/b/c/x"));
  EXPECT_FALSE(GlobMatches("/a/**/x", "/b/x"));
  EXPECT_FALSE(GlobMatches("/a/?", "/a/bc"));
  EXPECT_EQ(GlobFolder("/a/b/*/c"), "/a/b");
  EXPECT_EQ(GlobFolder("bucket/d*"), "bucket");
}

}  // namespace
}  // namespace feast::scan
