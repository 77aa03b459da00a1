// What the files of this folder share: one function for each group of classes, and the way errors cross into Python.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <utility>

#include "arrow/result.h"
#include "arrow/status.h"

namespace feast::python {

namespace nb = nanobind;

void BindTypes(nb::module_& module);
void BindDataFormats(nb::module_& module);
void BindEntity(nb::module_& module);
void BindDataSources(nb::module_& module);
void BindTransformations(nb::module_& module);
void BindFeatureViews(nb::module_& module);
void BindOnDemandFeatureView(nb::module_& module);
void BindLoggingConfig(nb::module_& module);
void BindFeatureService(nb::module_& module);
void BindSavedDataset(nb::module_& module);
void BindDefinitions(nb::module_& module);
void BindRepoConfig(nb::module_& module);
void BindFeatureStore(nb::module_& module);
void BindRetrievalJob(nb::module_& module);
void BindNativeStores(nb::module_& module);
void BindCommandLine(nb::module_& module);
/// Lets the engine use stores, registries and providers written in Python.
void InstallPythonStores();

/// Raises the exception a failed status stands for: a Python exception that went through the engine as itself, Feast's
/// class when the status names one, else the built-in nearest to its code. The GIL must be held.
[[noreturn]] void ThrowStatus(const arrow::Status& status);
inline void Check(const arrow::Status& status) {
  if (!status.ok()) ThrowStatus(status);
}

/// The Python exception being handled as a status that ThrowStatus turns back into it. The GIL must be held.
arrow::Status StatusFromPython(nb::python_error error);
/// The same for an exception that the user's `function` raised; the message names the line. When the engine adds to
/// that message where it happened, the exception is raised again with the whole of it.
arrow::Status StatusOfFunction(nb::python_error error, nb::handle function);

template <typename T>
T Checked(arrow::Result<T> result) {
  if (!result.ok()) ThrowStatus(result.status());
  return std::move(result).ValueUnsafe();
}
template <typename T>
T Checked(T value) {
  return value;
}

/// FromProto gives some definitions by value and some by pointer; this is the value of either.
template <typename T>
T Value(std::shared_ptr<T> pointer) {
  return std::move(*pointer);
}
template <typename T>
T Value(T value) {
  return value;
}

}  // namespace feast::python
