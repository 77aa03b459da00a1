#include "transformation.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "arrow_exchange.h"
#include "bindings.h"
#include "definitions/proto.h"
#include "wire.h"

namespace feast::python {

namespace {

std::string ModeText(nb::handle mode) {
  std::string text =
      nb::cast<std::string>(nb::hasattr(mode, "value") ? nb::object(mode.attr("value")) : nb::borrow(mode));
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

nb::object Functions() { return nb::module_::import_("feast._functions"); }

template <typename T>
void BindModeTransformation(nb::module_& module, const char* name, const char* mode) {
  nb::class_<T, PythonFunction>(module, name)
      .def(nb::new_([mode](const nb::object& udf, const std::string& text, const std::optional<std::string>& name,
                           bool singleton,
                           const nb::kwargs&) { return MakeFunction(udf, mode, text, name.value_or(""), singleton); }),
           nb::arg("udf"), nb::arg("udf_string") = "", nb::arg("name").none() = nb::none(),
           nb::arg("singleton") = false, nb::arg("kwargs"));
}

}  // namespace

PythonFunction::~PythonFunction() {
  if (!function_.is_valid() || !Py_IsInitialized()) {
    function_.release();
    return;
  }
  nb::gil_scoped_acquire gil;
  function_.reset();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> PythonFunction::Apply(
    const std::shared_ptr<arrow::RecordBatch>& input) const {
  nb::gil_scoped_acquire gil;
  try {
    nb::object run = nb::module_::import_("feast._transformation");
    try {
      return BatchFromPython(run.attr("apply")(function_, mode, ToPython(input), singleton));
    } catch (nb::python_error& error) {
      if (!error.matches(run.attr("FunctionError"))) return StatusOfFunction(std::move(error), function_);
      return arrow::Status::Invalid("The function '", name, "': ", nb::cast<std::string>(nb::str(error.value())));
    }
  } catch (nb::python_error& error) {
    return StatusFromPython(std::move(error));
  }
}

void StoreAsItIsNow(Transformation* transformation) {
  auto* own = dynamic_cast<PythonFunction*>(transformation);
  if (own == nullptr) return;
  auto body = nb::cast<nb::bytes>(Functions().attr("pickled_body")(own->function(), own->source_text));
  own->pickled_body.assign(body.c_str(), body.size());
}

std::shared_ptr<PythonFunction> MakeFunction(const nb::object& function, const std::string& mode, std::string text,
                                             const std::string& name, bool singleton) {
  if (!PyCallable_Check(function.ptr())) {
    ThrowTypeError("A udf must be a function, but got " + nb::cast<std::string>(nb::repr(function)));
  }
  std::shared_ptr<PythonFunction> result;
  if (mode == "pandas") {
    result = std::make_shared<PandasFunction>(function);
  } else if (mode == "python") {
    result = std::make_shared<PythonModeFunction>(function);
  } else {
    result = std::make_shared<PythonFunction>(function);
  }
  if (text.empty()) text = nb::cast<std::string>(Functions().attr("find_source_text")(function));
  result->name = nb::cast<std::string>(nb::getattr(function, "__name__", nb::str(name.empty() ? "udf" : name.c_str())));
  result->source_text = std::move(text);
  result->mode = mode;
  result->singleton = singleton;
  StoreAsItIsNow(result.get());
  return result;
}

std::shared_ptr<Transformation> TakeTransformation(Arguments& arguments, const std::string& mode, bool singleton) {
  auto given = arguments.Object<Transformation>("feature_transformation", "a Transformation");
  nb::object udf = arguments.Take("udf");
  std::string text = arguments.Text("udf_string");
  if (given) {
    if (auto* function = dynamic_cast<PythonFunction*>(given.get()))
      function->singleton = function->singleton || singleton;
    return given;
  }
  if (udf.is_none()) return nullptr;
  if (!PyCallable_Check(udf.ptr())) arguments.WrongType("udf", "a function", udf);
  return MakeFunction(udf, mode, text, "", singleton);
}

std::string TakeMode(Arguments& arguments, const std::string& fallback) {
  nb::object mode = arguments.Take("mode");
  if (mode.is_none()) return fallback;
  if (!PyUnicode_Check(mode.ptr()) && !nb::hasattr(mode, "value")) arguments.WrongType("mode", "str", mode);
  return ModeText(mode);
}

nb::object FunctionOf(const std::shared_ptr<Transformation>& transformation, const std::string& view) {
  if (!transformation) return nb::none();
  if (auto* function = dynamic_cast<const PythonFunction*>(transformation.get())) return function->function();
  return nb::module_::import_("feast._view_functions")
      .attr("stored_function")(transformation->name, transformation->source_text, view);
}

nb::object SourceTextOf(const std::shared_ptr<Transformation>& transformation) {
  if (!transformation) return nb::str("");
  return nb::str(transformation->source_text.c_str());
}

void BindTransformations(nb::module_& module) {
  nb::class_<Transformation>(module, "AnyTransformation", "A function from input columns to feature columns.",
                             nb::dynamic_attr(), nb::is_weak_referenceable())
      .def_ro("name", &Transformation::name)
      .def_ro("mode", &Transformation::mode)
      .def_prop_ro("udf", [](const std::shared_ptr<Transformation>& self) { return FunctionOf(self); })
      .def_prop_ro("udf_string", [](const Transformation& self) { return self.source_text; })
      .def("transform",
           [](const std::shared_ptr<Transformation>& self, nb::args args) { return FunctionOf(self)(*args); })
      .def("to_proto",
           [](const Transformation& self) {
             core::UserDefinedFunctionV2 message;
             message.set_name(self.name);
             message.set_body(self.pickled_body);
             message.set_body_text(self.source_text);
             message.set_mode(self.mode);
             return ToPythonMessage(message);
           })
      .def("__eq__", [](const Transformation& self, nb::handle other) {
        const Transformation* that = nullptr;
        if (!nb::try_cast(other, that) || that == nullptr) return false;
        if (self.mode != that->mode) {
          throw nb::type_error(
              ("A " + self.mode + " transformation is not comparable with one of another mode.").c_str());
        }
        return self.name == that->name && self.source_text == that->source_text;
      });
  nb::class_<PythonFunction, Transformation>(module, "Transformation")
      .def(nb::new_([](nb::handle mode, const nb::object& udf, const std::string& text,
                       const std::optional<std::string>& name, const nb::kwargs&) {
             return MakeFunction(udf, ModeText(mode), text, name.value_or(""), false);
           }),
           nb::arg("mode"), nb::arg("udf"), nb::arg("udf_string") = "", nb::arg("name").none() = nb::none(),
           nb::arg("kwargs"));
  BindModeTransformation<PandasFunction>(module, "PandasTransformation", "pandas");
  BindModeTransformation<PythonModeFunction>(module, "PythonTransformation", "python");
}

}  // namespace feast::python
