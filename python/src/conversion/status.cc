#include <nanobind/stl/string.h>

#include <string>

#include "arguments.h"
#include "bindings.h"
#include "feast/errors.h"
#include "text/redaction.h"

namespace feast::python {

namespace {

/// Carries a Python exception through the engine.
class PythonExceptionDetail : public arrow::StatusDetail {
 public:
  /// `line`: the message it had as a status, when what is added to it is to be raised.
  explicit PythonExceptionDetail(nb::object exception, std::string line = {})
      : exception_(std::move(exception)), line_(std::move(line)) {}
  ~PythonExceptionDetail() override {
    nb::gil_scoped_acquire gil;
    exception_.reset();
  }
  const char* type_id() const override { return "feast::python::PythonExceptionDetail"; }
  std::string ToString() const override { return "raised in Python"; }
  nb::object ExceptionSaying(const std::string& message) const {
    if (line_.empty() || message == line_) return exception_;
    return nb::module_::import_("feast._transformation").attr("with_message")(exception_, message);
  }

 private:
  nb::object exception_;
  std::string line_;
};

/// The built-in exception nearest to a status code.
PyObject* BuiltinException(const arrow::Status& status) {
  switch (status.code()) {
    case arrow::StatusCode::KeyError:
      return PyExc_KeyError;
    case arrow::StatusCode::TypeError:
      return PyExc_TypeError;
    case arrow::StatusCode::IOError:
      return PyExc_OSError;
    case arrow::StatusCode::OutOfMemory:
      return PyExc_MemoryError;
    case arrow::StatusCode::IndexError:
      return PyExc_IndexError;
    case arrow::StatusCode::Cancelled:
      return PyExc_KeyboardInterrupt;
    case arrow::StatusCode::AlreadyExists:
      return PyExc_FileExistsError;
    case arrow::StatusCode::Invalid:
      return PyExc_ValueError;
    default:
      return PyExc_RuntimeError;
  }
}

}  // namespace

void ThrowStatus(const arrow::Status& status) {
  const arrow::Status cause = WhyUnreadable(status).value_or(status);
  if (auto* detail = dynamic_cast<const PythonExceptionDetail*>(cause.detail().get())) {
    const nb::object exception = detail->ExceptionSaying(cause.message());
    PyErr_SetObject(exception.type().ptr(), exception.ptr());
    throw nb::python_error();
  }
  std::string name(ErrorClass(status));
  if (name.empty() && status.IsNotImplemented()) name = "FeastNotImplementedError";
  if (!name.empty() && nb::hasattr(nb::module_::import_("feast.errors"), name.c_str())) {
    ThrowFeastError(name.c_str(), Redacted(status.message()));
  }
  PyErr_SetObject(BuiltinException(status), PrintableText(Redacted(status.message())).ptr());
  throw nb::python_error();
}

namespace {

/// What an exception says, which may itself fail, or be no UTF-8.
std::string WordsOf(const nb::object& exception) {
  nb::object text = nb::steal(PyObject_Str(exception.ptr()));
  nb::object bytes =
      nb::steal(text.is_valid() ? PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace") : nullptr);
  if (bytes.is_valid()) return PyBytes_AsString(bytes.ptr());
  PyErr_Clear();
  return "an exception that cannot be shown";
}

/// The exception itself, with its traceback.
nb::object Taken(nb::python_error error) {
  error.restore();
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return nb::steal(value);
}

}  // namespace

arrow::Status StatusFromPython(nb::python_error error) {
  nb::object exception = Taken(std::move(error));
  std::string message = nb::cast<std::string>(nb::str(exception.type().attr("__name__"))) + ": " + WordsOf(exception);
  return arrow::Status(arrow::StatusCode::UnknownError, std::move(message),
                       std::make_shared<PythonExceptionDetail>(std::move(exception)));
}

arrow::Status StatusOfFunction(nb::python_error error, nb::handle function) {
  nb::object exception = Taken(std::move(error));
  auto line =
      nb::cast<std::string>(nb::module_::import_("feast._transformation").attr("failure_line")(exception, function));
  auto detail = std::make_shared<PythonExceptionDetail>(std::move(exception), line);
  return arrow::Status(arrow::StatusCode::UnknownError, std::move(line), std::move(detail));
}

}  // namespace feast::python
