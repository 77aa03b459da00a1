// How calls of feast.FeatureStore run the engine.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "bindings.h"
#include "config/python_class.h"
#include "feast/feature_store.h"
#include "interruptible.h"

namespace feast::python {

using Store = std::shared_ptr<FeatureStore>;

/// Long work of `store`. Classes of the user's own run on the caller's thread, as in Feast, and see Ctrl-C themselves.
template <typename T>
T Run(const Store& store, std::function<arrow::Result<T>()> work) {
  return HasPythonClass(store->config()) ? RunReleased(std::move(work)) : RunForResult<T>(std::move(work));
}

}  // namespace feast::python
