// RetrievalReport as text.
#include "feast/retrieval_report.h"

#include <array>
#include <cstdio>
#include <utility>

namespace feast {
namespace {

std::string Count(int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Share(int64_t count, int64_t rows) {
  std::array<char, 32> text;
  const double share = rows == 0 ? 0 : static_cast<double>(count) / static_cast<double>(rows);
  std::snprintf(text.data(), text.size(), "%.1f%%", share * 100);
  return text.data();
}

std::string Seconds(double seconds) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.10g s", seconds);
  return text.data();
}

std::string FeatureLine(const RetrievalReport::Feature& feature, int64_t rows) {
  const RetrievalReport::Nulls& nulls = feature.nulls;
  std::string reasons;
  for (const auto& [count, reason] : {std::pair{nulls.no_entity, "no entity"},
                                      {nulls.nothing_before, "nothing before"},
                                      {nulls.outside_ttl, "outside TTL"},
                                      {nulls.null_in_source, "null in source"},
                                      {nulls.computed, "computed"}}) {
    if (count > 0) reasons += (reasons.empty() ? " (" : ", ") + std::string(reason) + " " + std::to_string(count);
  }
  std::string text = "  " + feature.name + ": " + Share(nulls.total(), rows) + " null";
  if (!reasons.empty()) text += reasons + ")";
  if (feature.age) {
    text += "; age p50 " + Seconds(feature.age->p50_s) + ", p90 " + Seconds(feature.age->p90_s) + ", p99 " +
            Seconds(feature.age->p99_s) + ", max " + Seconds(feature.age->max_s);
  }
  return text + "\n";
}

}  // namespace

std::string RetrievalReport::ToString() const {
  std::string text = Count(entity_rows, "entity row") + "\n";
  for (const View& view : views) {
    text += (view.is_on_demand ? "on demand view " : "view ") + view.name + "\n";
    if (view.created_later.value_or(0) > 0) {
      text += "  leakage: " + Count(*view.created_later, "row") + " (" + Share(*view.created_later, entity_rows) +
              ") from source rows created after the entity row's time\n";
    }
    if (view.duplicate_source_rows > 0) {
      text += "  duplicates: " + Count(view.duplicate_source_rows, "source row") +
              " with the key and event timestamp of another; " + Count(view.ties_by_created, "row") +
              " decided by created timestamp, " + std::to_string(view.ties_by_position) + " by position\n";
    }
    for (const Feature& feature : view.features) text += FeatureLine(feature, entity_rows);
  }
  return text;
}

}  // namespace feast
