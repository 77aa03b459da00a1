#include "system/nothing_there.h"

#include <memory>
#include <string>

#include "feast/errors.h"

namespace feast {

namespace {

class NothingThereDetail : public arrow::StatusDetail {
 public:
  const char* type_id() const override { return "feast::NothingThere"; }
  std::string ToString() const override { return "nothing is there"; }
};

}  // namespace

arrow::Status WithNothingThere(const arrow::Status& status) {
  return status.WithDetail(std::make_shared<NothingThereDetail>());
}

bool SaysNothingThere(const arrow::Status& status) {
  const arrow::Status cause = WhyUnreadable(status).value_or(status);
  return dynamic_cast<const NothingThereDetail*>(cause.detail().get()) != nullptr;
}

}  // namespace feast
