#include "join/ties.h"

#include <algorithm>

#include "join/moments.h"

namespace feast::join {

std::vector<SourcePosition> Ties::Rows(const Winners& winners, Candidate* of_slot) {
  std::vector<SourcePosition> rows;
  std::erase_if(ties_, [&](const Tie& tie) {
    const Candidate best = winners.Get(of_slot + tie.slot);
    if (best.event != tie.event) return true;
    rows.push_back(tie.position);
    if (!best.is_created_known) rows.push_back(best.position);
    return false;
  });
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

void Ties::Decide(const std::vector<SourcePosition>& rows, const std::vector<int64_t>& created, const Winners& winners,
                  Candidate* of_slot) {
  const auto learn = [&](Candidate* candidate) {
    const auto found = std::lower_bound(rows.begin(), rows.end(), candidate->position);
    if (found == rows.end() || *found != candidate->position) return;
    candidate->created = created[found - rows.begin()];
    candidate->is_created_known = true;
  };
  std::erase_if(ties_, [&](const Tie& tie) {
    Candidate* const place = of_slot + tie.slot;
    Candidate best = winners.Get(place);
    if (best.event == tie.event && !best.is_created_known) {
      learn(&best);
      winners.SetCreated(best, place);
    }
    Candidate candidate{tie.event, kEarliest, tie.position, /*is_created_known=*/false};
    learn(&candidate);
    return winners.Offer(candidate, place);
  });
}

}  // namespace feast::join
