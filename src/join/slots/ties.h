// Source rows between which only created timestamps decide, which were not looked at yet.
#pragma once

#include <cstdint>
#include <vector>

#include "join/candidate.h"
#include "join/slots/winner_array.h"

namespace feast::join {

/// Of one worker, for one caller at a time.
class Ties {
 public:
  void Add(const Tie& tie);
  void Add(Ties others);
  int64_t size() const;

  /// The rows whose created moments decide, against those in `winners`: ascending, each once. Forgets ties that a later
  /// row has made meaningless. On `threads` threads, and so is Decide.
  std::vector<SourcePosition> Rows(int threads, WinnerArray* winners);
  /// Decides by the created moments of such rows. What another worker made undecided in the meantime is left.
  void Decide(int threads, const std::vector<SourcePosition>& rows, const std::vector<int64_t>& created,
              WinnerArray* winners);

 private:
  using Part = std::vector<Tie>;
  template <class Visit>
  void ForEachPart(int threads, Visit visit);

  std::vector<Part> parts_;
};

}  // namespace feast::join
