// From columns of a view to what online stores keep.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions.h"
#include "online/entity_key.h"
#include "online/online_rows.h"

namespace feast {

/// Where a view's columns stand in the batches that are to be written.
struct OnlineColumns {
  /// Join keys, none for a view without entities, and features, by the view's names.
  std::vector<Field> keys, features;
  /// Column of each, in the same order.
  std::vector<std::string> key_columns, feature_columns;
  /// `created_column` "" for none.
  std::string timestamp_column, created_column;
};

/// Makes rows for an online store of batches. Immutable.
class OnlineBatchMaker {
 public:
  /// Invalid for a join key that cannot be one.
  static arrow::Result<OnlineBatchMaker> Make(OnlineColumns columns, int key_version);

  /// Rows with a null in a join key or in the timestamp are left out. KeyError for a column that `batch` lacks,
  /// TypeError for one that does not hold what is declared.
  arrow::Result<OnlineRows> RowsOf(const arrow::RecordBatch& batch) const;

 private:
  OnlineBatchMaker(OnlineColumns columns, EntityKeyEncoder encoder)
      : columns_(std::move(columns)), encoder_(std::move(encoder)) {}

  OnlineColumns columns_;
  EntityKeyEncoder encoder_;
};

}  // namespace feast
