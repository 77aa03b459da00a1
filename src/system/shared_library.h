// A system library that is loaded when it is first needed.
#pragma once

#include <string>

#include "arrow/result.h"

namespace feast {

class SharedLibrary {
 public:
  /// Loads `name`, never to be unloaded. IOError names `package`, which has it.
  static arrow::Result<SharedLibrary> Open(const char* name, const char* package);

  /// Sets `function` to the exported function of that name.
  template <typename Function>
  arrow::Status Find(const char* symbol, Function* function) const {
    ARROW_ASSIGN_OR_RAISE(void* const address, Address(symbol));
    *function = reinterpret_cast<Function>(address);
    return arrow::Status::OK();
  }

 private:
  SharedLibrary(void* handle, const char* name) : handle_(handle), name_(name) {}
  arrow::Result<void*> Address(const char* symbol) const;

  void* handle_;
  const char* name_;
};

}  // namespace feast
