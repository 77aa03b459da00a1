// The distinct keys of tables, collected on several threads.
#pragma once

#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace arrow::compute {
class Grouper;
}

namespace feast {

class DistinctKeys {
 public:
  /// For keys of the types of `schema`, which names the result's columns too.
  static arrow::Result<DistinctKeys> Make(std::shared_ptr<arrow::Schema> schema, int workers);
  DistinctKeys(DistinctKeys&&) noexcept;
  ~DistinctKeys();

  int workers() const { return static_cast<int>(groupers_.size()); }
  /// Takes the keys of `table`, cast to the schema's types. Threads may call at once, each with its own worker number.
  arrow::Status Add(int worker, const arrow::Table& table);
  /// All of them once, sorted, without those that hold a null.
  arrow::Result<std::shared_ptr<arrow::Table>> Finish();

 private:
  DistinctKeys();

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<arrow::compute::Grouper>> groupers_;
};

}  // namespace feast
