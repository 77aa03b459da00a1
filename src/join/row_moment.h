// Entity rows of one group are put in order of time.
#pragma once

#include <cstdint>
#include <vector>

#include "join/huge_vector.h"

namespace feast::join {

/// An entity row and its moment (ns). Packed, for there is one for each entity row.
struct [[gnu::packed, gnu::aligned(4)]] RowMoment {
  int64_t moment;
  int32_t row;
};

/// Orders [first, last) by moment; rows of one moment in any order. `scratch` is used again from call to call.
void SortByMoment(RowMoment* first, RowMoment* last, std::vector<RowMoment>* scratch);

}  // namespace feast::join
