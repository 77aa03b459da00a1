#include "databases/sql_error.h"

#include <memory>
#include <utility>

namespace feast {

namespace {

constexpr std::string_view kSqlErrorType = "feast::SqlError";

class SqlErrorDetail : public arrow::StatusDetail {
 public:
  explicit SqlErrorDetail(SqlErrorKind kind) : kind_(kind) {}
  const char* type_id() const override { return kSqlErrorType.data(); }
  std::string ToString() const override { return "from a database"; }
  SqlErrorKind kind() const { return kind_; }

 private:
  SqlErrorKind kind_;
};

}  // namespace

arrow::Status SqlError(SqlErrorKind kind, std::string message) {
  return {arrow::StatusCode::IOError, std::move(message), std::make_shared<SqlErrorDetail>(kind)};
}

bool IsSqlError(const arrow::Status& status) {
  return status.detail() != nullptr && status.detail()->type_id() == kSqlErrorType;
}

SqlErrorKind KindOfSqlError(const arrow::Status& status) {
  return IsSqlError(status) ? static_cast<const SqlErrorDetail&>(*status.detail()).kind() : SqlErrorKind::kOther;
}

}  // namespace feast
