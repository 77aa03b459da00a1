// What an SQL engine must do to be an offline store. Everything else of such a store is written once, above this.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "arrow/result.h"
#include "arrow/status.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"

namespace feast {

/// How the engine writes SQL (quoting, types, functions of time).
class SqlDialect;

/// A table for the length of one request; its destructor drops it.
class TempTable {
 public:
  /// Gets the table's name; what goes wrong is not reported, for a sweep finds the table later.
  using Drop = std::function<void(const std::string& name)>;

  /// `name` is as SQL takes it, quoted where it must be.
  TempTable(std::string name, Drop drop) : name_(std::move(name)), drop_(std::move(drop)) {}
  ~TempTable() {
    if (drop_) drop_(name_);
  }
  TempTable(TempTable&& other) noexcept : name_(std::move(other.name_)), drop_(std::exchange(other.drop_, nullptr)) {}
  TempTable& operator=(TempTable&&) = delete;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Drop drop_;
};

/// Thread-safe. Calls end with Cancelled when their context says so, and what runs in the engine for them is cancelled
/// there. Errors are in the engine's words with the statement's purpose before them, never with a secret.
class Warehouse {
 public:
  virtual ~Warehouse() = default;
  virtual const SqlDialect& dialect() const = 0;
  /// Rows as a table that statements of this Warehouse see. Its name tells the engine's next user that it is a
  /// left-over when its owner is gone, so that tables of crashed programs are found and dropped.
  virtual arrow::Result<TempTable> Upload(arrow::RecordBatchReader& rows, const CallContext& context) = 0;
  /// The result of a query as a stream, which may outlive the call but not the Warehouse.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatchReader>> Select(const std::string& sql,
                                                                          const CallContext& context) = 0;
  /// Runs a statement that gives no rows.
  virtual arrow::Status Execute(const std::string& sql, const CallContext& context) = 0;
};

}  // namespace feast
