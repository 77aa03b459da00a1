// What columns are called: in sources, and in results.
#pragma once

#include <string>

#include "feast/data_source.h"

namespace feast {

/// The source's own name of the column that views see as `name` (field mapping undone), which may also be given by the
/// source's own name.
std::string ColumnInSource(const DataSource& source, const std::string& name);

/// "view__feature": a feature of a result where names of views are wanted too.
inline std::string FullFeatureName(const std::string& view, const std::string& feature) {
  return view + "__" + feature;
}

}  // namespace feast
