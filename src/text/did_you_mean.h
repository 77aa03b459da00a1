// The word that somebody meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace feast {

/// " Did you mean 'x'?" for the candidate nearest to `word`, or "" when none is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace feast
