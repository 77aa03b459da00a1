// Where Arrow takes memory from.
#pragma once

namespace feast {

/// Of the pools that Arrow has, takes the one that suits joins best, unless ARROW_DEFAULT_MEMORY_POOL names one or the
/// process has used one already. To be called before anything else, by programs and by modules that they load.
void ChooseMemoryPool();

}  // namespace feast
