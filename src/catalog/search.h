// Finding objects by what is said about them.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "catalog/catalog.h"
#include "catalog/listing.h"
#include "feast/plan.h"
#include "feast/types.h"

namespace feast {

struct SearchQuery {
  /// Words separated by blanks. Each must be found in the object's name, description, tags ("key:value"), owner or
  /// features (names, descriptions and tags), whatever the case of ASCII letters. No words: everything.
  std::string words = {};
  /// Only of these kinds; of all when empty.
  std::set<ObjectKind> kinds = {};
  /// Only what carries all of these.
  Tags tags = {};
  size_t results_max = 50;
};

/// What matches, best first: the object of that very name, then what most feature services are built on, then by where
/// the words were found (name, feature, tag, owner, description), then as stored. JSON: kind, name, description, owner,
/// tags, the features that match, and services, their number.
Listing Search(const Catalog& catalog, const SearchQuery& query);

}  // namespace feast
