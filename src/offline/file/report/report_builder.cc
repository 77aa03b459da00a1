#include "offline/file/report/report_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"

namespace feast {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

/// The least age that `percent` of all ages do not exceed. Moves ages about.
double Percentile(int percent, std::vector<int64_t>* ages) {
  const auto rank = (ages->size() * static_cast<size_t>(percent) + 99) / 100;
  const auto at = ages->begin() + static_cast<std::ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
  std::nth_element(ages->begin(), at, ages->end());
  return static_cast<double>(*at) / kNanosecondsPerSecond;
}

std::optional<RetrievalReport::Ages> Summarize(std::vector<int64_t>* ages) {
  if (ages->empty()) return std::nullopt;
  return RetrievalReport::Ages{Percentile(50, ages), Percentile(90, ages), Percentile(99, ages), Percentile(100, ages)};
}

void AppendAnswered(const std::vector<int64_t>& age_ns, std::vector<int64_t>* ages) {
  std::copy_if(age_ns.begin(), age_ns.end(), std::back_inserter(*ages), [](int64_t age) { return age >= 0; });
}

/// Ages of the rows that have a value.
void AppendValued(const std::vector<int64_t>& age_ns, const arrow::ChunkedArray& values, std::vector<int64_t>* ages) {
  size_t row = 0;
  for (const auto& chunk : values.chunks()) {
    for (int64_t i = 0; i < chunk->length(); ++i, ++row) {
      if (age_ns[row] >= 0 && chunk->IsValid(i)) ages->push_back(age_ns[row]);
    }
  }
}

}  // namespace

ReportBuilder::ReportBuilder(const std::vector<ViewRequest>& views) : entity_rows_(views.size(), 0) {
  for (const ViewRequest& view : views) {
    RetrievalReport::View& added = views_.emplace_back();
    added.name = view.name;
    if (!view.created_column.empty()) added.created_later = 0;
    for (const FeatureColumn& feature : view.features) added.features.push_back({feature.output_name, {}, {}});
    ages_.emplace_back().features.resize(view.features.size());
  }
}

void ReportBuilder::Add(size_t number, const join::JoinFindings& findings,
                        const std::vector<std::shared_ptr<arrow::ChunkedArray>>& features) {
  RetrievalReport::View& view = views_[number];
  ViewAges& ages = ages_[number];
  entity_rows_[number] += static_cast<int64_t>(findings.age_ns.size());
  if (view.created_later) *view.created_later += findings.created_later;
  view.duplicate_source_rows += findings.duplicate_rows;
  view.ties_by_created += findings.ties_by_created;
  view.ties_by_position += findings.ties_by_position;
  const int64_t unanswered = findings.no_entity + findings.nothing_before + findings.outside_window;
  for (size_t i = 0; i < features.size(); ++i) {
    RetrievalReport::Nulls& nulls = view.features[i].nulls;
    nulls.no_entity += findings.no_entity;
    nulls.nothing_before += findings.nothing_before;
    nulls.outside_ttl += findings.outside_window;
    // Each entity row without a winner is a null of every feature.
    const int64_t in_source = features[i]->null_count() - unanswered;
    nulls.null_in_source += in_source;
    FeatureAges& own = ages.features[i];
    // Features without nulls of their own share the view's ages. The first null of one makes it a copy of those so far,
    // before this part's are added to them below.
    if (!own.is_own && in_source > 0) {
      own.is_own = true;
      own.age_ns = ages.age_ns;
    }
    if (own.is_own) AppendValued(findings.age_ns, *features[i], &own.age_ns);
  }
  AppendAnswered(findings.age_ns, &ages.age_ns);
}

RetrievalReport ReportBuilder::Finish() {
  RetrievalReport report;
  if (!entity_rows_.empty()) report.entity_rows = entity_rows_[0];
  for (size_t i = 0; i < views_.size(); ++i) {
    const auto of_view = Summarize(&ages_[i].age_ns);
    for (size_t f = 0; f < views_[i].features.size(); ++f) {
      FeatureAges& own = ages_[i].features[f];
      views_[i].features[f].age = own.is_own ? Summarize(&own.age_ns) : of_view;
    }
  }
  report.views = std::move(views_);
  return report;
}

}  // namespace feast
