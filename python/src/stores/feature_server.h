// FeatureStore.serve.
#pragma once

#include "bindings.h"
#include "feast/feature_store.h"

namespace feast::python {

void BindFeatureServer(nb::module_& module, nb::class_<FeatureStore>& store);

}  // namespace feast::python
