#include "cloud/place_error.h"

#include <cstring>
#include <memory>
#include <utility>

namespace feast {

namespace {

constexpr const char* kTypeId = "feast::PlaceError";

class PlaceErrorDetail : public arrow::StatusDetail {
 public:
  explicit PlaceErrorDetail(PlaceTrouble trouble) : trouble_(trouble) {}
  const char* type_id() const override { return kTypeId; }
  /// Nothing: the message says it all.
  std::string ToString() const override { return ""; }
  PlaceTrouble trouble() const { return trouble_; }

 private:
  PlaceTrouble trouble_;
};

}  // namespace

arrow::Status PlaceError(PlaceTrouble trouble, std::string message) {
  return arrow::Status(arrow::StatusCode::IOError, std::move(message), std::make_shared<PlaceErrorDetail>(trouble));
}

std::optional<PlaceTrouble> PlaceTroubleOf(const arrow::Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::strcmp(detail->type_id(), kTypeId) != 0) return std::nullopt;
  return static_cast<const PlaceErrorDetail&>(*detail).trouble();
}

}  // namespace feast
