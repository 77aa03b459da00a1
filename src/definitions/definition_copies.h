// Copies of definitions that keep their class, to be filled in: what the user declared stays as it was.
#pragma once

#include <memory>

#include "feast/definitions.h"

namespace feast {

std::shared_ptr<DataSource> CopyOf(const DataSource& source);
std::shared_ptr<FeatureView> CopyOf(const FeatureView& view);

}  // namespace feast
