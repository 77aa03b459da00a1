// Small requests without Arrow: keys are made of the values that were given, and the store's bytes are the answer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "serving/read_and_transform.h"

namespace feast {

/// Immutable; answers many threads at once.
class NativeReads {
 public:
  /// `planned` and `store` must outlive this.
  NativeReads(const PlannedReads& planned, OnlineStore& store);

  arrow::Result<ServedRows> Answer(const GivenRows& rows, const CallContext& context) const;

 private:
  /// Views that are read by the same keys.
  struct KeyGroup {
    const ViewRead* first;
    /// Of each key field, its column in the entity rows.
    std::vector<size_t> columns;
  };
  /// A join key as it comes back with the answer.
  struct KeyColumn {
    size_t given;
    Type type;
  };

  arrow::Status AppendKey(const KeyGroup& group, const GivenRows& rows, size_t row, std::string* key) const;
  arrow::Status AddKeyCells(const GivenRows& rows, ServedRows* served) const;
  arrow::Result<std::string_view> Converted(std::string_view bytes, const FeatureColumn& feature,
                                            ServedRows* served) const;

  const PlannedReads& planned_;
  OnlineStore& store_;
  std::vector<KeyGroup> groups_;
  /// Of each view.
  std::vector<size_t> group_of_view_;
  std::vector<KeyColumn> keys_;
  /// What the bytes of a value of each feature's type begin with, view by view.
  std::vector<std::vector<std::string>> tags_;
  std::vector<OnlineLookup> lookups_;
  std::shared_ptr<const std::vector<ServedColumn>> columns_;
};

}  // namespace feast
