// The keyword arguments of one constructor call, taken one by one and checked as Feast checks them.
//
// Feast's constructors take keywords only and refuse values of the wrong type. A function that builds an object takes
// every argument it knows, then calls Finish, which refuses what is left over:
//
//   Arguments arguments("Entity", args, kwargs);
//   entity.name = arguments.RequiredText("name");
//   entity.tags = arguments.StringMap("tags");
//   arguments.Finish();
//
// Every method may throw a Python exception. The GIL must be held.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feast/definitions.h"

namespace feast::python {

namespace nb = nanobind;

/// Raises typeguard.TypeCheckError where typeguard is installed (it is a TypeError too), else TypeError.
[[noreturn]] void ThrowTypeError(const std::string& message);
[[noreturn]] void ThrowValueError(const std::string& message);
/// Raises `feast.errors.<name>(arguments...)`'s class with this message.
/// A text for people, in which bytes that are no UTF-8, as of a file's own names, are replaced.
nb::object PrintableText(const std::string& text);
[[noreturn]] void ThrowFeastError(const char* name, const std::string& message);
void WarnDeprecated(const std::string& message);
void WarnRuntime(const std::string& message);

/// Whether Feast's own test switch (IS_TEST=True) silences warnings about experimental classes.
bool IsTest();

/// A path (str, bytes or os.PathLike) as the bytes that it has on disk: names of files need not be UTF-8. And back.
std::string PathBytes(nb::handle path);
nb::object PathText(const std::string& path);

/// Where the innermost frame outside this package stands: the definition that is being constructed.
Origin CallerOrigin();

class Arguments {
 public:
  /// TypeError when there are positional arguments.
  Arguments(const char* class_name, const nb::args& positional, const nb::kwargs& keywords);

  /// The value given, or None. From now on `name` is known.
  nb::object Take(const char* name);
  /// Whether a value other than None was given.
  bool Has(const char* name) const;
  /// The value of `old_name`, with a deprecation warning when it is given.
  nb::object TakeOld(const char* old_name, const char* new_name);

  /// Text; `fallback` when absent or None.
  std::string Text(const char* name, const std::string& fallback = {});
  std::string RequiredText(const char* name);
  /// Text under its new name, or else under its old one with a warning.
  std::string TextOrOld(const char* name, const char* old_name);
  bool Flag(const char* name, bool fallback);
  int Integer(const char* name, int fallback);
  /// timedelta, or a google.protobuf Duration.
  std::optional<std::chrono::microseconds> Duration(const char* name,
                                                    std::optional<std::chrono::microseconds> fallback = {});
  std::map<std::string, std::string> StringMap(const char* name);
  std::vector<std::string> StringList(const char* name);
  /// A list (or tuple) of anything; empty when absent.
  std::vector<nb::object> List(const char* name);
  template <typename T>
  std::shared_ptr<T> Object(const char* name, const char* expected) {
    nb::object value = Take(name);
    if (value.is_none()) return nullptr;
    std::shared_ptr<T> object;
    if (!nb::try_cast(value, object) || !object) WrongType(name, expected, value);
    return object;
  }
  std::vector<Field> Fields(const char* name);

  [[noreturn]] void WrongType(const char* name, const char* expected, nb::handle value) const;
  /// Raises TypeError, guessing what was meant, when an argument was given that nobody took.
  void Finish();
  const char* class_name() const { return class_name_; }

 private:
  const char* class_name_;
  nb::kwargs keywords_;
  std::vector<std::string> known_;
};

/// A timedelta, a google.protobuf Duration or a number of seconds; nullopt for anything else.
std::optional<std::chrono::microseconds> DurationFromPython(nb::handle value);
/// Elements of a list or tuple, checked to be text. `what` names the value in the error.
std::map<std::string, std::string> StringMapFromPython(nb::handle value, const std::string& what);

}  // namespace feast::python
