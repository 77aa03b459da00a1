#include "plan/render/render_markdown.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "plan/render/render_json.h"
#include "plan/render/render_text.h"

namespace feast {
namespace {

Plan Example() {
  Plan plan;
  plan.project = "rides";
  ObjectChange change{Action::kUpdate, ObjectKind::kFeatureView, "stats", {{"spec.ttl", "1s", "2s"}}};
  change.severity = Severity::kRisky;
  change.impacts = {{Severity::kRisky,
                     "TTL changed from 1s to 2s",
                     {{ObjectKind::kFeatureService, "model_v1", {{"stage", "production"}}, ""}}}};
  change.origin = {"repo.py", 9};
  plan.changes = {{Action::kCreate, ObjectKind::kEntity, "driver", {}}, change};
  plan.infra_changes = {{Action::kCreate, "sqlite table", "rides_stats"}};
  return plan;
}

TEST(RenderMarkdown, WorstFirstWithDetailsFolded) {
  EXPECT_EQ(RenderPlanMarkdown(Example()),
            "<!-- feast-plan: rides -->\n"
            "### Feast plan for rides: 1 to add, 1 to change, 0 to delete — 1 risky\n"
            "\n"
            "- **risky** update feature view **stats**\n"
            "  - risky: TTL changed from 1s to 2s; touches feature service model\\_v1 \\[stage=production\\]\n"
            "- create entity **driver**\n"
            "\n"
            "<details><summary>Changed fields</summary>\n"
            "\n"
            "<pre>\n"
            "feature view stats\n"
            "  spec.ttl: 1s -&gt; 2s\n"
            "</pre>\n"
            "\n"
            "</details>\n"
            "\n"
            "<details><summary>Infrastructure (1)</summary>\n"
            "\n"
            "<pre>\n"
            "create sqlite table rides_stats\n"
            "</pre>\n"
            "\n"
            "</details>\n");
}

TEST(RenderMarkdown, NothingToDo) {
  Plan plan;
  plan.project = "rides";
  EXPECT_EQ(RenderPlanMarkdown(plan), "<!-- feast-plan: rides -->\n### Feast plan for rides: no changes\n\n");
}

TEST(RenderMarkdown, ALargePlanFitsAComment) {
  Plan plan;
  plan.project = "rides";
  for (int i = 0; i < 5000; ++i) {
    plan.changes.push_back({Action::kUpdate,
                            ObjectKind::kEntity,
                            "entity_" + std::to_string(i),
                            {{"spec.description", std::string(300, 'x'), ""}}});
  }
  const std::string text = RenderPlanMarkdown(plan);
  EXPECT_LT(text.size(), 65536u);
  EXPECT_NE(text.find(" more\n"), std::string::npos);
}

TEST(RenderMarkdown, NamesCannotBreakOut) {
  Plan plan;
  plan.project = "a-->b";
  plan.changes = {
      {Action::kUpdate, ObjectKind::kEntity, "<img>`@team`", {{"spec.description", "</pre>", "\n::error::x"}}}};
  const std::string text = RenderPlanMarkdown(plan);
  EXPECT_EQ(text.find("<img>"), std::string::npos);
  EXPECT_EQ(text.find("-->b"), std::string::npos);
  EXPECT_NE(text.find("\\@team"), std::string::npos);
  EXPECT_NE(text.find("&lt;/pre&gt;"), std::string::npos);
}

TEST(RenderMarkdown, NoLineIsACommandOfTheRunner) {
  Plan plan;
  plan.project = "p\n::error::x";
  ObjectChange change{Action::kUpdate, ObjectKind::kEntity, "a\n::error file=a::b", {}};
  change.fields = {{"spec.tags[x\n::add-mask::y]", "one\n::stop-commands::two", "see ##[group]three\x1b[31m"}};
  change.impacts = {
      {Severity::kRisky, "reason\n::warning::z", {{ObjectKind::kFeatureService, "s", {{"t", "\n::debug::"}}, "o"}}}};
  change.looks_like = "x\n::notice::y";
  plan.changes = {change};
  plan.infra_changes = {{Action::kCreate, "sqlite table", "t\n::group::u"}};
  plan.warnings = {"w\n::error::v"};
  for (const std::string& text : {RenderPlanMarkdown(plan), RenderPlanText(plan, false), RenderPlanJson(plan)}) {
    EXPECT_EQ(text.find("##["), std::string::npos) << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    size_t start = 0;
    while (start < text.size()) {
      const size_t end = std::min(text.find('\n', start), text.size());
      const size_t first = text.find_first_not_of(" \t", start);
      EXPECT_FALSE(first < end && text.compare(first, 2, "::") == 0) << text.substr(start, end - start);
      start = end + 1;
    }
  }
  for (const char c : RenderPlanAnnotations(plan)) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(RenderMarkdown, InfrastructureAloneIsAChange) {
  Plan plan;
  plan.project = "p";
  plan.infra_changes = {{Action::kCreate, "sqlite table", "p_a"}};
  EXPECT_EQ(plan.Summary(), "No changes to the registry; in the online store 1 to add, 0 to change, 0 to delete");
  EXPECT_NE(RenderPlanMarkdown(plan).find("1 to add"), std::string::npos);
}

TEST(RenderAnnotations, OneForEachImpactAtItsLine) {
  unsetenv("GITHUB_WORKSPACE");
  EXPECT_EQ(RenderPlanAnnotations(Example()),
            "::notice title=Safe change::entity driver: create\n"
            "::warning file=repo.py,line=9,title=Risky change::feature view stats: TTL changed from 1s to 2s; touches "
            "feature service model_v1 [stage=production]\n"
            "::notice title=Feast plan for rides::1 to add, 1 to change, 0 to delete — 1 risky\n");
}

TEST(RenderAnnotations, BreakingChangesAreErrorsAndValuesAreEscaped) {
  Plan plan;
  plan.project = "rides";
  ObjectChange change{Action::kDelete, ObjectKind::kFeatureView, "a\n::error::b", {}};
  change.impacts = {{Severity::kBreaking, "100% gone", {}}};
  plan.changes = {change};
  EXPECT_EQ(RenderPlanAnnotations(plan).substr(0, 76),
            "::error title=Breaking change::feature view a\\n::error::b: 100%25 gone\n::not");
}

}  // namespace
}  // namespace feast
