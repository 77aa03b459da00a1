#include "feature_store/unavailable_offline_store.h"

#include "arrow/type.h"

namespace feast {
namespace {

class UnavailableOfflineStore : public OfflineStore {
 public:
  explicit UnavailableOfflineStore(arrow::Status why) : why_(std::move(why)) {}

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource&, const CallContext&) override {
    return why_;
  }
  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest&) override { return why_; }
  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest&) override { return why_; }
  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource&, Overwrite, const CallContext&) override {
    return why_;
  }

 private:
  arrow::Status why_;
};

}  // namespace

std::shared_ptr<OfflineStore> MakeUnavailableOfflineStore(arrow::Status why) {
  return std::make_shared<UnavailableOfflineStore>(std::move(why));
}

}  // namespace feast
