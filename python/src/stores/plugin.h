// Python objects behind the engine's interfaces: stores, registries and providers of the user's own.
//
// What Feast's classes expect and return is settled in feast._plugins, whose adapters these objects are; here is only
// how the engine calls them. Calls come on the thread of the caller, as in Feast: a class may keep what belongs to one
// thread.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <utility>

#include "arrow/result.h"
#include "arrow/status.h"

namespace feast::python {

namespace nb = nanobind;

/// The Python exception that a class of the user's own raised in `doing` ("offline store 'x.Y':
/// get_historical_features()"). The message is a line that says so, then the traceback; Python code gets the exception
/// itself, with a note of that line. The GIL must be held.
arrow::Status PluginFailure(nb::python_error error, const std::string& doing);

/// A Python object that any thread may hold and call.
class Plugin {
 public:
  /// `what` is "offline store 'my_company.FooOfflineStore'". The GIL must be held.
  Plugin(nb::object object, std::string what) : object_(std::move(object)), what_(std::move(what)) {}
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  /// Calls `work(object)` with the GIL held, in the class's method `method`. `work` returns a Status or a Result and
  /// may throw Python exceptions.
  template <typename Work>
  auto Call(const char* method, Work work) const -> decltype(work(std::declval<const nb::object&>())) {
    nb::gil_scoped_acquire gil;
    try {
      return work(object_);
    } catch (nb::python_error& error) {
      return PluginFailure(std::move(error), what_ + ": " + method + "()");
    }
  }

 private:
  nb::object object_;
  std::string what_;
};

}  // namespace feast::python
