#include "served_answer.h"

#include <nanobind/stl/string.h>

#include <chrono>
#include <utility>

#include "definitions/wire_values.h"
#include "feast/serving/ServingService.pb.h"
#include "online/entity_key.h"
#include "online/scalar_value.h"

namespace feast::python {

namespace {

/// What Feast's to_dict puts after a feature's name.
constexpr const char* kTimestampSuffix = "__ts";

bool TakeText(nb::handle given, GivenValue* value, std::vector<nb::object>* held) {
  Py_ssize_t size = 0;
  if (PyBytes_Check(given.ptr())) {
    value->kind = GivenValue::Kind::kBytes;
    value->text = {PyBytes_AS_STRING(given.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(given.ptr()))};
  } else {
    const char* text = PyUnicode_AsUTF8AndSize(given.ptr(), &size);
    if (text == nullptr) {
      PyErr_Clear();
      return false;
    }
    value->kind = GivenValue::Kind::kText;
    value->text = {text, static_cast<size_t>(size)};
  }
  held->push_back(nb::borrow(given));
  return true;
}

bool TakeValue(nb::handle given, GivenValue* value, std::vector<nb::object>* held) {
  PyObject* const object = given.ptr();
  if (object == Py_None) return true;
  if (PyBool_Check(object)) {
    value->kind = GivenValue::Kind::kBoolean;
    value->integer = object == Py_True ? 1 : 0;
    return true;
  }
  if (PyLong_CheckExact(object)) {
    int overflow = 0;
    value->kind = GivenValue::Kind::kInteger;
    value->integer = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0;
  }
  if (PyFloat_CheckExact(object)) {
    value->kind = GivenValue::Kind::kReal;
    value->real = PyFloat_AS_DOUBLE(object);
    // To pandas, NaN is a missing value.
    return value->real == value->real;
  }
  if (PyUnicode_CheckExact(object) || PyBytes_CheckExact(object)) return TakeText(given, value, held);
  return false;
}

bool TakeName(nb::handle name, GivenColumn* column) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_CheckExact(name.ptr()) ? PyUnicode_AsUTF8AndSize(name.ptr(), &size) : nullptr;
  PyErr_Clear();
  if (text != nullptr) column->name.assign(text, static_cast<size_t>(size));
  return text != nullptr;
}

/// Rows that do not all have the first one's columns are somebody else's to complain of.
bool TakeDicts(nb::list dicts, PythonRows* taken) {
  const size_t count = dicts.size();
  if (count == 0 || !PyDict_CheckExact(dicts[0].ptr())) return false;
  std::vector<nb::object> names;
  for (nb::handle name : nb::borrow<nb::dict>(dicts[0]).keys()) {
    if (!TakeName(name, &taken->rows.columns.emplace_back())) return false;
    taken->rows.columns.back().values.resize(count);
    names.push_back(nb::borrow(name));
  }
  if (names.empty()) return false;
  for (size_t row = 0; row < count; ++row) {
    const nb::object dict = dicts[row];
    if (!PyDict_CheckExact(dict.ptr()) || static_cast<size_t>(PyDict_GET_SIZE(dict.ptr())) != names.size()) {
      return false;
    }
    for (size_t c = 0; c < names.size(); ++c) {
      PyObject* const value = PyDict_GetItemWithError(dict.ptr(), names[c].ptr());
      if (value == nullptr || !TakeValue(value, &taken->rows.columns[c].values[row], &taken->held)) {
        PyErr_Clear();
        return false;
      }
    }
  }
  taken->rows.count = count;
  return true;
}

bool TakeLists(nb::dict lists, PythonRows* taken) {
  for (auto [name, values] : lists) {
    GivenColumn& column = taken->rows.columns.emplace_back();
    if (!TakeName(name, &column) || !PyList_CheckExact(values.ptr())) return false;
    for (nb::handle value : nb::borrow<nb::list>(values)) {
      if (!TakeValue(value, &column.values.emplace_back(), &taken->held)) return false;
    }
    if (column.values.empty() || column.values.size() != taken->rows.columns[0].values.size()) return false;
  }
  if (taken->rows.columns.empty()) return false;
  taken->rows.count = taken->rows.columns[0].values.size();
  return true;
}

nb::object ObjectOf(const ServedCell& cell) {
  const auto scalar = ReadScalar(cell.value);
  if (scalar) {
    switch (scalar->kind) {
      case ScalarValue::Kind::kNull:
        return nb::none();
      case ScalarValue::Kind::kInteger:
        return nb::steal(PyLong_FromLongLong(scalar->integer));
      case ScalarValue::Kind::kReal:
        return nb::steal(PyFloat_FromDouble(scalar->real));
      case ScalarValue::Kind::kBoolean:
        return nb::borrow(scalar->integer != 0 ? Py_True : Py_False);
      case ScalarValue::Kind::kText:
        // JSON, UUIDs and decimals are objects of their own in Python.
        if (scalar->type != ValueType::kString) break;
        return nb::steal(
            PyUnicode_FromStringAndSize(scalar->text.data(), static_cast<Py_ssize_t>(scalar->text.size())));
      case ScalarValue::Kind::kBytes:
        return nb::bytes(scalar->text.data(), scalar->text.size());
      case ScalarValue::Kind::kMoment:
        break;
    }
  }
  return nb::module_::import_("feast.online_response")
      .attr("python_value")(nb::bytes(cell.value.data(), cell.value.size()));
}

serving::FieldStatus WireStatus(FeatureStatus status) {
  switch (status) {
    case FeatureStatus::kPresent:
      return serving::PRESENT;
    case FeatureStatus::kNullValue:
      return serving::NULL_VALUE;
    case FeatureStatus::kNotFound:
      return serving::NOT_FOUND;
    case FeatureStatus::kOutsideMaxAge:
      break;
  }
  return serving::OUTSIDE_MAX_AGE;
}

}  // namespace

std::optional<PythonRows> RowsFromPython(nb::handle entity_rows) {
  PythonRows taken;
  if (PyList_CheckExact(entity_rows.ptr())) {
    if (TakeDicts(nb::borrow<nb::list>(entity_rows), &taken)) return taken;
  } else if (PyDict_CheckExact(entity_rows.ptr())) {
    if (TakeLists(nb::borrow<nb::dict>(entity_rows), &taken)) return taken;
  }
  return std::nullopt;
}

nb::dict DictOf(const ServedRows& served, bool timestamps) {
  nb::dict dict;
  for (size_t c = 0; c < served.columns->size(); ++c) {
    const std::string& name = (*served.columns)[c].name;
    // The key of views without entities, which no caller asked for.
    if (name == kNoEntityKeyName) continue;
    const nb::object values = nb::steal(PyList_New(static_cast<Py_ssize_t>(served.count)));
    for (size_t row = 0; row < served.count; ++row) {
      PyList_SET_ITEM(values.ptr(), static_cast<Py_ssize_t>(row), ObjectOf(served.at(c, row)).release().ptr());
    }
    dict[name.c_str()] = values;
    if (!timestamps) continue;
    nb::list moments;
    for (size_t row = 0; row < served.count; ++row) {
      moments.append(
          std::chrono::floor<std::chrono::seconds>(served.at(c, row).event_timestamp).time_since_epoch().count());
    }
    dict[(name + kTimestampSuffix).c_str()] = moments;
  }
  return dict;
}

arrow::Result<std::string> MessageOf(const ServedRows& served) {
  serving::GetOnlineFeaturesResponse response;
  for (size_t c = 0; c < served.columns->size(); ++c) {
    response.mutable_metadata()->mutable_feature_names()->add_val((*served.columns)[c].name);
    auto* vector = response.add_results();
    for (size_t row = 0; row < served.count; ++row) {
      const ServedCell& cell = served.at(c, row);
      if (!vector->add_values()->ParseFromArray(cell.value.data(), static_cast<int>(cell.value.size()))) {
        return arrow::Status::Invalid("The online store has bytes that are no feature value. Feature: ",
                                      (*served.columns)[c].name);
      }
      vector->add_statuses(WireStatus(cell.status));
      *vector->add_event_timestamps() = ToWire(cell.event_timestamp);
    }
  }
  return response.SerializeAsString();
}

}  // namespace feast::python
