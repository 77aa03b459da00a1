// Text that must never be shown: keys, tokens, passwords.
#pragma once

#include <cstring>
#include <ostream>
#include <string>
#include <utility>

namespace feast {

/// Cannot be printed, streamed or put into a Status; its bytes are wiped when it goes. Who sends it says Reveal().
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { explicit_bzero(text_.data(), text_.size()); }

  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::string text_;
};

}  // namespace feast
