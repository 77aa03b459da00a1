#include "feature_store/unavailable_offline_store.h"

#include "arrow/type.h"

namespace feast {
namespace {

class UnavailableOfflineStore : public OfflineStore {
 public:
  explicit UnavailableOfflineStore(arrow::Status why) : why_(std::move(why)) {}

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource&) override { return why_; }
  arrow::Result<std::shared_ptr<HistoricalQuery>> GetHistoricalFeatures(const ResolvedRequest&) override {
    return why_;
  }
  arrow::Result<std::shared_ptr<HistoricalQuery>> PullAll(const DataSource&, const std::vector<std::string>&,
                                                          const std::string&, std::optional<Timestamp>,
                                                          std::optional<Timestamp>) override {
    return why_;
  }
  arrow::Status Write(arrow::RecordBatchReader&, const DataSource&, bool) override { return why_; }

 private:
  arrow::Status why_;
};

}  // namespace

std::shared_ptr<OfflineStore> MakeUnavailableOfflineStore(arrow::Status why) {
  return std::make_shared<UnavailableOfflineStore>(std::move(why));
}

}  // namespace feast
