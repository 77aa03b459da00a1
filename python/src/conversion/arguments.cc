#include "arguments.h"

#include <nanobind/stl/chrono.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>

#include "text/did_you_mean.h"

namespace feast::python {

namespace {

[[noreturn]] void Throw(nb::handle exception_class, const std::string& message) {
  PyErr_SetString(exception_class.ptr(), message.c_str());
  throw nb::python_error();
}

std::string TypeName(nb::handle value) { return nb::cast<std::string>(value.type().attr("__name__")); }

void Warn(PyObject* category, const std::string& message) {
  if (PyErr_WarnEx(category, message.c_str(), 1) != 0) throw nb::python_error();
}

/// Folder of the package, with a trailing slash.
const std::string& PackageFolder() {
  static const std::string folder = [] {
    const std::string file = PathBytes(nb::module_::import_("feast._feast").attr("__file__"));
    return file.substr(0, file.rfind('/') + 1);
  }();
  return folder;
}

}  // namespace

void ThrowTypeError(const std::string& message) {
  Throw(nb::module_::import_("feast.errors").attr("TypeCheckError"), message);
}

void ThrowValueError(const std::string& message) { Throw(PyExc_ValueError, message); }

nb::object PrintableText(const std::string& text) {
  PyObject* decoded = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (decoded == nullptr) throw nb::python_error();
  return nb::steal(decoded);
}

void ThrowFeastError(const char* name, const std::string& message) {
  nb::object error = nb::module_::import_("feast.errors").attr(name).attr("from_message")(PrintableText(message));
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

void WarnDeprecated(const std::string& message) { Warn(PyExc_DeprecationWarning, message); }
void WarnRuntime(const std::string& message) { Warn(PyExc_RuntimeWarning, message); }

bool IsTest() {
  const char* value = std::getenv("IS_TEST");
  return value != nullptr && std::string_view(value) == "True";
}

std::string PathBytes(nb::handle path) {
  nb::object text = nb::steal(PyOS_FSPath(path.ptr()));
  if (!text.is_valid()) throw nb::python_error();
  nb::object bytes = PyBytes_Check(text.ptr()) ? text : nb::steal(PyUnicode_EncodeFSDefault(text.ptr()));
  if (!bytes.is_valid()) throw nb::python_error();
  return {PyBytes_AS_STRING(bytes.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
}

nb::object PathText(const std::string& path) {
  nb::object text = nb::steal(PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size())));
  if (!text.is_valid()) throw nb::python_error();
  return text;
}

Origin CallerOrigin() {
  Origin origin;
  PyFrameObject* frame = PyEval_GetFrame();
  nb::object current = nb::borrow(reinterpret_cast<PyObject*>(frame));
  while (current.ptr() != nullptr && !current.is_none()) {
    auto* object = reinterpret_cast<PyFrameObject*>(current.ptr());
    nb::object code = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(object)));
    const std::string file = PathBytes(code.attr("co_filename"));
    if (!file.starts_with(PackageFolder())) {
      origin.file = file;
      origin.line = PyFrame_GetLineNumber(object);
      break;
    }
    current = nb::steal(reinterpret_cast<PyObject*>(PyFrame_GetBack(object)));
  }
  return origin;
}

Arguments::Arguments(const char* class_name, const nb::args& positional, const nb::kwargs& keywords)
    : class_name_(class_name), keywords_(keywords) {
  if (positional.size() > 0) {
    Throw(PyExc_TypeError, std::string(class_name) + "() takes keyword arguments only: write " + class_name +
                               "(name=...) instead of passing values by position.");
  }
}

nb::object Arguments::Take(const char* name) {
  known_.emplace_back(name);
  PyObject* value = PyDict_GetItemString(keywords_.ptr(), name);
  return value == nullptr ? nb::none() : nb::borrow(value);
}

bool Arguments::Has(const char* name) const {
  PyObject* value = PyDict_GetItemString(keywords_.ptr(), name);
  return value != nullptr && value != Py_None;
}

nb::object Arguments::TakeOld(const char* old_name, const char* new_name) {
  nb::object value = Take(old_name);
  if (!value.is_none()) {
    WarnDeprecated(std::string("The argument '") + old_name + "' of " + class_name_ + " is an old spelling; use '" +
                   new_name + "'.");
  }
  return value;
}

std::string Arguments::Text(const char* name, const std::string& fallback) {
  nb::object value = Take(name);
  if (value.is_none()) return fallback;
  std::string text;
  if (!nb::try_cast(value, text)) WrongType(name, "str", value);
  return text;
}

std::string Arguments::RequiredText(const char* name) {
  if (PyDict_GetItemString(keywords_.ptr(), name) == nullptr) {
    Throw(PyExc_TypeError, std::string(class_name_) + "() needs the keyword argument '" + name + "'.");
  }
  nb::object value = Take(name);
  std::string text;
  if (!nb::try_cast(value, text)) WrongType(name, "str", value);
  return text;
}

std::string Arguments::TextOrOld(const char* name, const char* old_name) {
  nb::object old = TakeOld(old_name, name);
  std::string text = Text(name);
  if (!text.empty() || old.is_none()) return text;
  if (!nb::try_cast(old, text)) WrongType(old_name, "str", old);
  return text;
}

bool Arguments::Flag(const char* name, bool fallback) {
  nb::object value = Take(name);
  if (value.is_none()) return fallback;
  if (!PyBool_Check(value.ptr())) WrongType(name, "bool", value);
  return value.is(Py_True);
}

int Arguments::Integer(const char* name, int fallback) {
  nb::object value = Take(name);
  if (value.is_none()) return fallback;
  int number = 0;
  if (PyBool_Check(value.ptr()) || !nb::try_cast(value, number)) WrongType(name, "int", value);
  return number;
}

std::optional<std::chrono::microseconds> Arguments::Duration(const char* name,
                                                             std::optional<std::chrono::microseconds> fallback) {
  known_.emplace_back(name);
  PyObject* value = PyDict_GetItemString(keywords_.ptr(), name);
  if (value == nullptr) return fallback;
  if (value == Py_None) return std::nullopt;
  std::optional<std::chrono::microseconds> duration = DurationFromPython(value);
  if (!duration) WrongType(name, "datetime.timedelta", value);
  return duration;
}

std::map<std::string, std::string> Arguments::StringMap(const char* name) {
  nb::object value = Take(name);
  if (value.is_none()) return {};
  if (!PyDict_Check(value.ptr())) WrongType(name, "dict of str to str", value);
  return StringMapFromPython(value, std::string(class_name_) + "(" + name + "=...)");
}

std::vector<nb::object> Arguments::List(const char* name) {
  nb::object value = Take(name);
  std::vector<nb::object> items;
  if (value.is_none()) return items;
  if (!PyList_Check(value.ptr()) && !PyTuple_Check(value.ptr())) WrongType(name, "list", value);
  for (nb::handle item : value) items.push_back(nb::borrow(item));
  return items;
}

std::vector<std::string> Arguments::StringList(const char* name) {
  std::vector<std::string> texts;
  for (const nb::object& item : List(name)) {
    if (!nb::try_cast(item, texts.emplace_back())) WrongType(name, "list of str", item);
  }
  return texts;
}

std::vector<Field> Arguments::Fields(const char* name) {
  std::vector<Field> fields;
  for (const nb::object& item : List(name)) {
    if (!nb::try_cast(item, fields.emplace_back())) WrongType(name, "list of Field", item);
  }
  return fields;
}

void Arguments::WrongType(const char* name, const char* expected, nb::handle value) const {
  ThrowTypeError(std::string(class_name_) + "(" + name + "=...) must be " + expected + ", but got " + TypeName(value) +
                 ": " + nb::cast<std::string>(nb::repr(value)));
}

void Arguments::Finish() {
  for (auto [key, value] : keywords_) {
    auto name = nb::cast<std::string>(key);
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      Throw(PyExc_TypeError,
            std::string(class_name_) + "() has no argument '" + name + "'." + DidYouMean(name, known_));
    }
  }
}

std::optional<std::chrono::microseconds> DurationFromPython(nb::handle value) {
  // google.protobuf.Duration, which old feature repos use for a TTL.
  if (nb::hasattr(value, "ToTimedelta")) return DurationFromPython(value.attr("ToTimedelta")());
  if (PyNumber_Check(value.ptr())) return std::nullopt;
  std::chrono::microseconds duration;
  if (!nb::try_cast(value, duration)) return std::nullopt;
  return duration;
}

std::map<std::string, std::string> StringMapFromPython(nb::handle value, const std::string& what) {
  std::map<std::string, std::string> result;
  for (auto [key, item] : nb::cast<nb::dict>(value)) {
    std::string name, text;
    if (!nb::try_cast(key, name) || !nb::try_cast(item, text)) {
      ThrowTypeError(what + " must be a dict of str to str, but holds " + nb::cast<std::string>(nb::repr(key)) + ": " +
                     nb::cast<std::string>(nb::repr(item)));
    }
    result.emplace(std::move(name), std::move(text));
  }
  return result;
}

}  // namespace feast::python
