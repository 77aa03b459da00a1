#include "offline/file/spill/spilled_join.h"

#include <algorithm>
#include <map>
#include <string>

#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/file/joined_views.h"
#include "offline/file/spill/join_memory.h"
#include "offline/file/spill/key_partitions.h"
#include "offline/file/spill/memory_limit.h"
#include "offline/file/spill/spilled_features.h"
#include "offline/file/spill/spilled_result.h"

namespace feast {
namespace {

/// Portions of fewer rows would only read the sources more often.
constexpr int64_t kPortionRowsMin = 16;
constexpr int64_t kBatchRowsMin = 16, kBatchRowsMax = 1 << 16;

/// How the entity rows are cut up.
struct Cut {
  int64_t portion_rows;
  int partitions;
  /// Rows of each partition that are in memory while results go out.
  int64_t batch_rows;
};

Cut CutFor(const EntityPieces& entities, const std::vector<ViewSource>& sources, int64_t memory_bytes) {
  Cut cut;
  // A part is left for the pieces in which entity rows are read and results go out.
  const int64_t bytes = memory_bytes / 4 * 3;
  // So many rows of one partition fit in memory while they are joined.
  cut.portion_rows = std::max(kPortionRowsMin, bytes / std::max<int64_t>(1, EstimateMemory(entities, sources).portion));
  // Hashing does not make parts quite equal.
  const int64_t expected_rows = std::max<int64_t>(1, cut.portion_rows / 10 * 9);
  const int64_t partitions = (entities.rows() + expected_rows - 1) / expected_rows;
  cut.partitions = static_cast<int>(std::clamp<int64_t>(partitions, 1, KeyPartitions::kPartitionsMax));
  // An eighth of the memory is for what waits in front of each partition while results go out.
  int64_t result_bytes = 1;
  for (const ViewSource& source : sources) {
    for (const FeatureColumn& feature : source.view().features) {
      result_bytes += ValueBytes(*source.type_of(feature.source_column));
    }
  }
  cut.batch_rows = std::clamp(memory_bytes / 8 / cut.partitions / result_bytes, kBatchRowsMin, kBatchRowsMax);
  return cut;
}

/// Views with their key sets and where their features go.
class SpilledJoin {
 public:
  static arrow::Result<SpilledJoin> Make(const EntityPieces& entities, const std::vector<ViewSource>& sources,
                                         const RepoConfig& config, const arrow::Schema& schema, const Cut& cut) {
    SpilledJoin made;
    made.sources_ = &sources;
    int field = entities.empty().table()->num_columns();
    for (const ViewSource& source : sources) {
      // Views with the same join keys are split alike, so they share one file of keys and the grouped rows of a
      // portion.
      auto& keys = made.key_sets_[EntityKeys(source)];
      if (!keys) {
        ARROW_ASSIGN_OR_RAISE(
            keys, KeyPartitions::Make(entities, EntityKeys(source), cut.partitions, cut.portion_rows, config));
      }
      std::vector<std::shared_ptr<arrow::Field>> fields;
      for (size_t i = 0; i < source.view().features.size(); ++i) fields.push_back(schema.field(field++));
      SpilledView view{keys, nullptr};
      ARROW_ASSIGN_OR_RAISE(
          view.features, SpilledFeatures::Make(arrow::schema(std::move(fields)), keys->partitions(), cut.batch_rows));
      made.views_.push_back(std::move(view));
    }
    return made;
  }

  // Key sets are split differently and may have more or fewer portions: some then have nothing left to join.
  int portions() const {
    int most = 0;
    for (const auto& [columns, keys] : key_sets_) most = std::max(most, keys->portions());
    return most;
  }

  /// One portion of each key set, whose sizes do not depend on each other.
  arrow::Status JoinPortion(int portion, const join::JoinOptions& options, RowProgress* progress,
                            ReportBuilder* report) {
    std::map<const KeyPartitions*, EntityFrame> frames;
    for (const auto& [columns, keys] : key_sets_) {
      if (portion >= keys->portions()) continue;
      ARROW_ASSIGN_OR_RAISE(EntityFrame frame, keys->Read(portion));
      frames.emplace(keys.get(), std::move(frame));
    }
    std::vector<ViewToJoin> tasks;
    std::vector<const SpilledView*> views;
    for (size_t i = 0; i < views_.size(); ++i) {
      const auto frame = frames.find(views_[i].keys.get());
      if (frame == frames.end()) continue;
      // A map's values stay where they are, which tasks rely on.
      tasks.push_back({i, &(*sources_)[i], &frame->second});
      views.push_back(&views_[i]);
    }
    // Threads append for different views at once, and each view has a file of its own. Within a view portions come one
    // after another, so its features are in the order of the portions' rows.
    return JoinViews(tasks, options, progress, report, [&](size_t view, auto features) {
      return views[view]->features->Append(views[view]->keys->partition_of(portion), std::move(features));
    });
  }

  arrow::Result<std::vector<SpilledView>> Finish() {
    for (SpilledView& view : views_) ARROW_RETURN_NOT_OK(view.features->Seal());
    return std::move(views_);
  }

 private:
  const std::vector<ViewSource>* sources_ = nullptr;
  std::map<std::vector<std::string>, std::shared_ptr<KeyPartitions>> key_sets_;
  std::vector<SpilledView> views_;
};

}  // namespace

arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> JoinBeyondMemory(
    EntityPieces entities, const std::vector<ViewSource>& sources, const join::JoinOptions& options,
    const RepoConfig& config, std::shared_ptr<arrow::Schema> schema, int64_t batch_rows, int64_t memory_bytes,
    RowProgress* progress, ReportBuilder* report) {
  const Cut cut = CutFor(entities, sources, memory_bytes);
  ARROW_ASSIGN_OR_RAISE(SpilledJoin join, SpilledJoin::Make(entities, sources, config, *schema, cut));
  // All is joined before the first row goes out: the first entity rows may be of the last partition.
  for (int portion = 0; portion < join.portions(); ++portion) {
    ARROW_RETURN_NOT_OK(join.JoinPortion(portion, options, progress, report));
  }
  ARROW_ASSIGN_OR_RAISE(auto views, join.Finish());
  return std::make_shared<SpilledResult>(std::move(entities), std::move(views), std::move(schema), batch_rows);
}

}  // namespace feast
