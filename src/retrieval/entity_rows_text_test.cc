#include <gtest/gtest.h>

#include "feast/entity_rows.h"

namespace feast {
namespace {

TEST(EntityRowsFromText, TellsQueriesFromPaths) {
  for (const char* text :
       {"SELECT 1 AS k", "select\n*\nfrom t", "  (Select k from t)", "WITH t AS (SELECT 1) SELECT * FROM t",
        "-- trips\nselect k from t", "/* two\nlines */ SELECT k", "select*from t"}) {
    const EntityRows rows = EntityRowsFromText(text);
    ASSERT_TRUE(std::holds_alternative<EntityQuery>(rows)) << text;
    EXPECT_EQ(std::get<EntityQuery>(rows).sql, text);
  }
  for (const char* text : {"rows.parquet", "s3://bucket/select", "select.parquet", "selected rows.csv",
                           "with/rows.parquet", "-- no line end", "/* open", "", "select"}) {
    const EntityRows rows = EntityRowsFromText(text);
    ASSERT_TRUE(std::holds_alternative<EntityFile>(rows)) << text;
    EXPECT_EQ(std::get<EntityFile>(rows).path, text);
  }
}

}  // namespace
}  // namespace feast
