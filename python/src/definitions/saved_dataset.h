// Storage of saved datasets as Python objects.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "arguments.h"
#include "bindings.h"
#include "feast/definitions.h"

namespace feast::python {

/// What Feast calls a storage is, underneath, a data source.
struct SavedDatasetStorage {
  std::shared_ptr<DataSource> source;
};

nb::object StorageToPython(const std::shared_ptr<DataSource>& source);
/// From a storage or a data source; raises for anything else.
std::shared_ptr<DataSource> StorageSource(nb::handle storage);

}  // namespace feast::python
