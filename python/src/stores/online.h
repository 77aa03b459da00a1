// The online side of feast.FeatureStore.
#pragma once

#include <nanobind/nanobind.h>

#include "feast/feature_store.h"

namespace feast::python {

void BindOnline(nanobind::module_& module, nanobind::class_<FeatureStore>& store);

}  // namespace feast::python
