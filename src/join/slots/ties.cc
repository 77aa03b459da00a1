#include "join/slots/ties.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "join/moments.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

// What one thread does at a time.
constexpr size_t kPartTies = 1 << 15;

using Positions = std::vector<SourcePosition>;

Positions SortedOnce(Positions rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace

// Full parts are never copied again, and each is one piece of work for a thread.
void Ties::Add(const Tie& tie) {
  if (parts_.empty() || parts_.back().size() >= kPartTies) parts_.emplace_back();
  parts_.back().push_back(tie);
}

void Ties::Add(Ties others) { std::move(others.parts_.begin(), others.parts_.end(), std::back_inserter(parts_)); }

int64_t Ties::size() const {
  int64_t size = 0;
  for (const Part& part : parts_) size += static_cast<int64_t>(part.size());
  return size;
}

template <class Visit>
void Ties::ForEachPart(int threads, Visit visit) {
  ForEachPiece(threads, static_cast<int64_t>(parts_.size()), visit);
  std::erase_if(parts_, [](const Part& part) { return part.empty(); });
}

std::vector<SourcePosition> Ties::Rows(int threads, WinnerArray* winners) {
  std::vector<Positions> lists(parts_.size());
  ForEachPart(threads, [&](int, int64_t i) {
    Positions rows;
    std::erase_if(parts_[i], [&](const Tie& tie) {
      const Candidate best = winners->Get(tie.slot);
      // Event timestamps in a slot only grow, so a tie that has lost by its own has lost for good.
      if (best.event != tie.event) return true;
      // Which of the two is in the slot may still change, and then both moments are needed.
      rows.push_back(tie.position);
      if (!best.is_created_known) rows.push_back(best.position);
      return false;
    });
    lists[i] = SortedOnce(std::move(rows));
  });
  // Two by two, until there is one.
  while (lists.size() > 1) {
    std::vector<Positions> joined((lists.size() + 1) / 2);
    ForEachPiece(threads, static_cast<int64_t>(joined.size()), [&](int, int64_t i) {
      const size_t first = static_cast<size_t>(i) * 2;
      if (first + 1 == lists.size()) {
        joined[i] = std::move(lists[first]);
        return;
      }
      joined[i].reserve(lists[first].size() + lists[first + 1].size());
      std::set_union(lists[first].begin(), lists[first].end(), lists[first + 1].begin(), lists[first + 1].end(),
                     std::back_inserter(joined[i]));
    });
    lists = std::move(joined);
  }
  return lists.empty() ? Positions() : std::move(lists[0]);
}

void Ties::Decide(int threads, const std::vector<SourcePosition>& rows, const std::vector<int64_t>& created,
                  WinnerArray* winners) {
  const auto learn = [&](Candidate* candidate) {
    const auto found = std::lower_bound(rows.begin(), rows.end(), candidate->position);
    if (found == rows.end() || *found != candidate->position) return;
    candidate->created = created[found - rows.begin()];
    candidate->is_created_known = true;
  };
  ForEachPart(threads, [&](int, int64_t i) {
    std::erase_if(parts_[i], [&](const Tie& tie) {
      Candidate best = winners->Get(tie.slot);
      // The slot may have another row by the time of SetCreated, which then does nothing. Either way Offer compares
      // with the row that is there, and says whether it could.
      if (best.event == tie.event && !best.is_created_known) {
        learn(&best);
        winners->SetCreated(best, tie.slot);
      }
      Candidate candidate{tie.event, kEarliest, tie.position, /*is_created_known=*/false};
      learn(&candidate);
      // Decided, won or lost, a tie is forgotten.
      return winners->Offer(candidate, tie.slot);
    });
  });
}

}  // namespace feast::join
