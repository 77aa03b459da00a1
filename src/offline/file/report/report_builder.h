// Puts a retrieval's report together from what the joins of its views found, which may come in parts.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/retrieval_report.h"
#include "join/join_survey.h"
#include "offline/offline_store.h"

namespace feast {

/// Keeps 8 bytes for each entity row and view, and for each feature with nulls of its own. Threads may add
/// to different views at once.
class ReportBuilder {
 public:
  explicit ReportBuilder(const std::vector<ViewRequest>& views);

  /// What the join of view number `view` with some of the entity rows found, and the features it gave them: parts must
  /// not share keys.
  void Add(size_t view, const join::JoinFindings& findings,
           const std::vector<std::shared_ptr<arrow::ChunkedArray>>& features);
  /// To be called once, last.
  RetrievalReport Finish();

 private:
  struct FeatureAges {
    /// Set once the feature is null where the view has an answer; until then its ages are its view's.
    bool is_own = false;
    std::vector<int64_t> age_ns;
  };
  struct ViewAges {
    std::vector<int64_t> age_ns;
    std::vector<FeatureAges> features;
  };

  std::vector<RetrievalReport::View> views_;
  std::vector<ViewAges> ages_;
  std::vector<int64_t> entity_rows_;
};

}  // namespace feast
