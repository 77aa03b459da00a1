#include "cli/entity_json.h"

#include <gtest/gtest.h>

#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"

namespace feast::cli {
namespace {

std::string Error(const std::string& text) { return ParseEntityJson(text).status().message(); }

TEST(EntityJson, ColumnsInOrderOfFirstMention) {
  const auto table = ParseEntityJson(R"([{"event_timestamp": "2025-03-29T12:00:00", "driver_id": 1001},
      {"driver_id": 1002, "event_timestamp": "2025-03-29 13:00:00.5+01:00", "x": 1, "city": "Ulm", "new": true},
      {"event_timestamp": 1500, "x": 0.5}, {"event_timestamp": null}])")
                         .ValueOrDie();
  EXPECT_EQ(table->schema()->ToString(),
            "event_timestamp: timestamp[ns, tz=UTC]\ndriver_id: int64\nx: double\ncity: string\nnew: bool");
  EXPECT_EQ(table->column(0)->GetScalar(0).ValueOrDie()->ToString(), "2025-03-29 12:00:00.000000000Z");
  EXPECT_EQ(table->column(0)->GetScalar(1).ValueOrDie()->ToString(), "2025-03-29 12:00:00.500000000Z");
  EXPECT_EQ(table->column(0)->GetScalar(2).ValueOrDie()->ToString(), "1970-01-01 00:00:00.000001500Z");
  EXPECT_EQ(table->column(0)->null_count(), 1);
  EXPECT_EQ(table->column(1)->null_count(), 2);
}

TEST(EntityJson, SaysWhatIsWrong) {
  EXPECT_EQ(Error("[{"), "Error parsing entities JSON: it is no JSON.");
  EXPECT_EQ(Error(R"({"driver_id": 1})"), "Error parsing entities JSON: Entities must be a list of dictionaries.");
  EXPECT_NE(Error(R"([{"driver_id": 1}])").find("each object needs an 'event_timestamp'"), std::string::npos);
  EXPECT_NE(Error(R"([{"event_timestamp": "noon"}])").find("must be a time like 2025-03-29 12:00:00 (UTC): 'noon'"),
            std::string::npos);
  EXPECT_NE(Error(R"([{"event_timestamp": 1.5}])").find("not 1.5"), std::string::npos);
  EXPECT_NE(Error(R"([{"event_timestamp": null, "a": 1}, {"a": "x"}])").find("all texts or all true and false: 'a'"),
            std::string::npos);
  EXPECT_NE(Error(R"([{"event_timestamp": null, "a": [1]}])").find("'a'"), std::string::npos);
}

TEST(EntityJson, NoRowsNeedATimestamp) { EXPECT_FALSE(ParseEntityJson("[]").ok()); }

}  // namespace
}  // namespace feast::cli
