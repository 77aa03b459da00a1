// Source rows between which only created timestamps decide, which were not looked at yet.
#pragma once

#include <cstdint>
#include <vector>

#include "join/candidate.h"
#include "join/winners.h"

namespace feast::join {

/// Of one worker, for one thread at a time.
class Ties {
 public:
  void Add(const Tie& tie) { ties_.push_back(tie); }
  void Add(const Ties& others) { ties_.insert(ties_.end(), others.ties_.begin(), others.ties_.end()); }
  int64_t size() const { return static_cast<int64_t>(ties_.size()); }

  /// The rows whose created moments decide, against those in `of_slot`, an array of `winners`: ascending, each once.
  /// Forgets ties that a later row has made meaningless.
  std::vector<SourcePosition> Rows(const Winners& winners, Candidate* of_slot);
  /// Decides by the created moments of such rows. What another worker made undecided in the meantime is left.
  void Decide(const std::vector<SourcePosition>& rows, const std::vector<int64_t>& created, const Winners& winners,
              Candidate* of_slot);

 private:
  std::vector<Tie> ties_;
};

}  // namespace feast::join
