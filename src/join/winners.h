// The best source row seen so far for each slot, kept by several workers at once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "join/candidate.h"
#include "join/huge_vector.h"

namespace feast::join {

class Ties;

/// Each of the first few workers has winners of its own. One array for each of many workers would outgrow everything
/// else, so further workers share those, and where slots are many all workers share one; then every access locks its
/// slot.
class Winners {
 public:
  static constexpr int kArraysMax = 4;
  /// Of more slots than this, a second array costs more than locks do.
  static constexpr int32_t kOwnSlotsMax = 1 << 22;

  Winners(int workers, int32_t slots);

  /// The array for `worker` in [0, workers), made on first use; Offer goes by its slots. Thread-safe.
  Candidate* ArrayOf(int worker);

  /// Puts `candidate` into `place`, a slot of an array, if it beats what is there. False when created timestamps that
  /// are not known decide that. Thread-safe.
  bool Offer(const Candidate& candidate, Candidate* place) const {
    if (is_shared_) place->Lock();
    const bool decided = !candidate.IsUndecidedWith(*place);
    if (decided && candidate.Beats(*place)) place->Take(candidate);
    if (is_shared_) place->Unlock();
    return decided;
  }
  /// What is in `place` now. Thread-safe.
  Candidate Get(Candidate* place) const {
    if (is_shared_) place->Lock();
    Candidate candidate = kNoCandidate;
    candidate.Take(*place);
    if (is_shared_) place->Unlock();
    return candidate;
  }
  /// Says what the created moment of the row in `place` is, if it is still the same row. Thread-safe.
  void SetCreated(const Candidate& candidate, Candidate* place) const {
    if (is_shared_) place->Lock();
    if (place->position == candidate.position) place->Take(candidate);
    if (is_shared_) place->Unlock();
  }

  /// The best of all arrays, one for each slot; empty when no array was made. Appends to `ties` what could be as good.
  /// Ends the use of the arrays.
  HugeVector<Candidate> Merge(Ties* ties);

 private:
  struct Array {
    std::once_flag made;
    HugeVector<Candidate> of_slot;
  };

  const int32_t slots_;
  const bool is_shared_;
  std::vector<std::unique_ptr<Array>> arrays_;
};

}  // namespace feast::join
