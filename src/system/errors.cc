#include "feast/errors.h"

#include <memory>
#include <utility>

namespace feast {
namespace {

constexpr const char* kDetailTypeId = "feast::NamedError";

class NamedErrorDetail : public arrow::StatusDetail {
 public:
  explicit NamedErrorDetail(std::string_view feast_class) : feast_class_(feast_class) {}
  const char* type_id() const override { return kDetailTypeId; }
  std::string ToString() const override { return feast_class_; }
  std::string_view feast_class() const { return feast_class_; }

 private:
  std::string feast_class_;
};

constexpr const char* kUnreadableTypeId = "feast::UnreadableSource";

class UnreadableSourceDetail : public arrow::StatusDetail {
 public:
  explicit UnreadableSourceDetail(arrow::Status cause) : cause_(std::move(cause)) {}
  const char* type_id() const override { return kUnreadableTypeId; }
  std::string ToString() const override { return cause_.ToString(); }
  const arrow::Status& cause() const { return cause_; }

 private:
  arrow::Status cause_;
};

/// Compared as text: each shared library that holds a copy of this code has its own pointer.
bool HasDetail(const arrow::Status& status, std::string_view type_id) {
  return status.detail() != nullptr && std::string_view(status.detail()->type_id()) == type_id;
}

}  // namespace

arrow::Status NamedError(std::string_view feast_class, std::string message) {
  const auto code =
      feast_class.ends_with("NotFoundException") ? arrow::StatusCode::KeyError : arrow::StatusCode::Invalid;
  return arrow::Status(code, std::move(message), std::make_shared<NamedErrorDetail>(feast_class));
}

std::string_view ErrorClass(const arrow::Status& status) {
  if (const auto cause = WhyUnreadable(status)) {
    // The name lives as long as the detail, which both have.
    return ErrorClass(*cause);
  }
  if (!HasDetail(status, kDetailTypeId)) return {};
  return static_cast<const NamedErrorDetail&>(*status.detail()).feast_class();
}

arrow::Status UnreadableSource(const std::string& source, const arrow::Status& why) {
  return arrow::Status(why.code(), source + " cannot be read: " + why.message(),
                       std::make_shared<UnreadableSourceDetail>(why));
}

std::optional<arrow::Status> WhyUnreadable(const arrow::Status& status) {
  if (!HasDetail(status, kUnreadableTypeId)) return std::nullopt;
  return static_cast<const UnreadableSourceDetail&>(*status.detail()).cause();
}

}  // namespace feast
