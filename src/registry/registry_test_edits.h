// What tests of the registry commit.
#pragma once

#include <string>

#include "arrow/result.h"
#include "registry/registry.h"

namespace feast {

/// An edit for Registry::Commit: one more entity, of project "p".
inline auto AddEntity(const std::string& name) {
  return [name](core::Registry& registry) -> arrow::Result<bool> {
    auto* spec = registry.add_entities()->mutable_spec();
    spec->set_name(name);
    spec->set_project("p");
    return true;
  };
}

/// For Registry::Remove.
inline arrow::Result<bool> Always(const core::Registry&) { return true; }

}  // namespace feast
