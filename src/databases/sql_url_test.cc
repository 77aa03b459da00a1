#include "databases/sql_url.h"

#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

struct PostgresCase {
  std::string url, user, password, host, port, dbname;
};

TEST(SqlUrl, PostgresUrlsAreReadAsSqlAlchemyReadsThem) {
  const PostgresCase cases[] = {
      {"postgresql://ann:secret@db:5433/feast", "ann", "secret", "db", "5433", "feast"},
      {"postgresql+psycopg://ann:secret@db/feast?sslmode=require", "ann", "secret", "db", "", "feast"},
      {"postgresql+psycopg2://db/feast", "", "", "db", "", "feast"},
      {"postgres://ann@[::1]:5432/feast", "ann", "", "::1", "5432", "feast"},
      {"postgresql://ann:a%40b%2Fc@db/feast", "ann", "a@b/c", "db", "", "feast"},
      {"postgresql://ann:a@b@db/feast", "ann", "a@b", "db", "", "feast"},
      {"postgresql://ann:a/b@db/feast?options=-c%20x=a@b", "ann", "a/b", "db", "", "feast"},
      {"postgresql:///feast", "", "", "", "", "feast"},
  };
  for (const PostgresCase& c : cases) {
    SCOPED_TRACE(c.url);
    SqlUrl url = ParseSqlUrl(c.url, "registry.path").ValueOrDie();
    EXPECT_EQ(url.kind, SqlUrl::Kind::kPostgres);
    EXPECT_EQ(url.parameters["user"], c.user);
    EXPECT_EQ(url.parameters["password"], c.password);
    EXPECT_EQ(url.parameters["host"], c.host);
    EXPECT_EQ(url.parameters["port"], c.port);
    EXPECT_EQ(url.parameters["dbname"], c.dbname);
    const bool shown = !c.password.empty() && url.Show().find(c.password) != std::string::npos;
    EXPECT_FALSE(shown) << url.Show();
  }
}

TEST(SqlUrl, OptionsAreConnectionParameters) {
  SqlUrl url =
      ParseSqlUrl("postgresql://db/feast?sslmode=verify-full&options=-csearch_path%3Dteam", "path").ValueOrDie();
  EXPECT_EQ(url.parameters["sslmode"], "verify-full");
  EXPECT_EQ(url.parameters["options"], "-csearch_path=team");
}

TEST(SqlUrl, ShowsAndRepeatsNoPassword) {
  const SqlUrl url = ParseSqlUrl("postgresql://ann:secret@db:1/feast", "path").ValueOrDie();
  EXPECT_EQ(url.Show(), "postgresql://ann@db:1/feast");
  EXPECT_EQ(url.Redacted("no: secret, secret"), "no: ********, ********");
}

TEST(SqlUrl, SqlitePathsAreRelativeOrAbsolute) {
  EXPECT_EQ(ParseSqlUrl("sqlite:///data/registry.db", "path").ValueOrDie().path, "data/registry.db");
  EXPECT_EQ(ParseSqlUrl("sqlite:////var/registry.db?timeout=5", "path").ValueOrDie().path, "/var/registry.db");
  EXPECT_EQ(ParseSqlUrl("sqlite+pysqlite:///a", "path").ValueOrDie().Show(), "sqlite:///a");
}

TEST(SqlUrl, WhatCannotHoldARegistryIsRefused) {
  for (const char* url :
       {"data/registry.db", "sqlite://", "sqlite:///:memory:", "mysql+pymysql://root:secret@db/feast"}) {
    const arrow::Status status = ParseSqlUrl(url, "registry.path").status();
    EXPECT_TRUE(Says(status, "`registry.path`")) << url;
    EXPECT_EQ(status.message().find("secret"), std::string::npos) << status.message();
  }
}

}  // namespace
}  // namespace feast
