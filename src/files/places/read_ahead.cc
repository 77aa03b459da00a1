#include "files/places/read_ahead.h"

#include <algorithm>
#include <utility>

namespace feast::scan {
namespace {

/// What is under way or waits to be decoded: some 50 ms of a fast network.
constexpr int64_t kBytesAheadMax = 64 << 20;
/// Beyond this, one more request costs less than its bytes do.
constexpr int64_t kTogetherBytesMax = 16 << 20;
constexpr int64_t kKeptBytesMax = 64 << 20;

}  // namespace

void ReadAhead::Add(const Fragment& fragment, const std::vector<std::string>& columns, bool again) {
  const int64_t bytes = std::max<int64_t>(0, fragment.bytes(columns));
  // Only the last request can still grow: Take is not called before all pieces are added.
  const bool together = !requests_.empty() && requests_.back().fragment == &fragment &&
                        requests_.back().bytes + bytes <= kTogetherBytesMax;
  if (together) {
    Request& last = requests_.back();
    last.columns.insert(last.columns.end(), columns.begin(), columns.end());
    last.bytes += bytes;
    ++last.pieces_left;
  } else {
    requests_.push_back({&fragment, columns, again, bytes});
  }
  request_of_.push_back(requests_.size() - 1);
}

Hold ReadAhead::Take(int64_t piece) {
  // Fetch starts requests and does not wait for them, so that the lock is held briefly.
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t wanted = request_of_[static_cast<size_t>(piece)];
  // The wanted piece is always asked for. Those behind it follow until as many bytes are ahead as may be: fetched and
  // not yet taken for the last time.
  for (; next_ < requests_.size() && (next_ <= wanted || bytes_ahead_ < kBytesAheadMax); ++next_) {
    requests_[next_].hold = requests_[next_].fragment->Fetch(requests_[next_].columns);
    bytes_ahead_ += requests_[next_].bytes;
  }
  Request& request = requests_[wanted];
  // Who takes the last piece of a request owns its bytes; they go when reading it ends, unless they are kept below.
  if (--request.pieces_left > 0) return request.hold;
  bytes_ahead_ -= request.bytes;
  if (request.again && request.hold && bytes_kept_ + request.bytes <= kKeptBytesMax) {
    bytes_kept_ += request.bytes;
    kept_.push_back(request.hold);
  }
  return std::move(request.hold);
}

}  // namespace feast::scan
