// Transformations that a C++ program has registered by name.
#pragma once

#include <memory>

#include "feast/transformation.h"

namespace feast {

/// A transformation that runs the registered one with `stored`'s name, mode and source text; nullptr when there is
/// none.
std::shared_ptr<Transformation> FindRegisteredTransformation(const Transformation& stored);

}  // namespace feast
