// The best source row seen so far for each slot, kept by several workers at once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "join/slots/winner_array.h"

namespace feast::join {

class Ties;

/// All workers share one array, for threads seldom meet in one of many slots, and a second array takes memory, has to
/// be filled and merged. Of few slots each worker has an array of its own.
class Winners {
 public:
  static constexpr int32_t kOwnSlotsMax = 1 << 16;

  Winners(int workers, int32_t slots);

  /// The array for `worker` in [0, workers), made on first use. Thread-safe.
  WinnerArray* ArrayOf(int worker);

  /// The best of all arrays, of no size when none was made; from then on any thread may use it. Appends to `ties` what
  /// could be as good. Ends the use of the arrays.
  WinnerArray Merge(Ties* ties);

 private:
  struct Array {
    std::once_flag made;
    WinnerArray winners;
  };

  const int32_t slots_;
  const bool is_shared_;
  std::vector<std::unique_ptr<Array>> arrays_;
};

}  // namespace feast::join
