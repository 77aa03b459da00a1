// Fetching what threads will read next, so that decoding and waiting for a network overlap.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "files/fragment.h"

namespace feast::scan {

/// Pieces of a source in the order in which they are read. For local files it does nothing. Thread-safe after the last
/// Add.
class ReadAhead {
 public:
  /// One more piece: columns of a fragment, which outlives this object. Pieces of one fragment that follow each other
  /// are fetched together while they are small. `again`: keep the bytes, as far as there is room, until this object
  /// ends, for they will be read once more.
  void Add(const Fragment& fragment, const std::vector<std::string>& columns, bool again = false);

  /// To be called for each piece that is read, once and before, from 0 on in about that order. Starts to fetch pieces
  /// behind it. Hold the result while reading.
  Hold Take(int64_t piece);

 private:
  /// One call of Fragment::Fetch.
  struct Request {
    const Fragment* fragment;
    std::vector<std::string> columns;
    bool again;
    int64_t bytes;
    int pieces_left = 1;
    Hold hold = nullptr;
  };

  std::vector<Request> requests_;
  /// For each piece.
  std::vector<size_t> request_of_;
  std::mutex mutex_;
  size_t next_ = 0;
  int64_t bytes_ahead_ = 0;
  int64_t bytes_kept_ = 0;
  std::vector<Hold> kept_;
};

}  // namespace feast::scan
