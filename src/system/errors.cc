#include "feast/errors.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

namespace feast {
namespace {

constexpr const char* kDetailTypeId = "feast::NamedError";

class NamedErrorDetail : public arrow::StatusDetail {
 public:
  explicit NamedErrorDetail(std::string_view feast_class) : feast_class_(feast_class) {}
  const char* type_id() const override { return kDetailTypeId; }
  std::string ToString() const override { return feast_class_; }
  std::string_view feast_class() const { return feast_class_; }

 private:
  std::string feast_class_;
};

constexpr const char* kUnreadableTypeId = "feast::UnreadableSource";

class UnreadableSourceDetail : public arrow::StatusDetail {
 public:
  explicit UnreadableSourceDetail(arrow::Status cause) : cause_(std::move(cause)) {}
  const char* type_id() const override { return kUnreadableTypeId; }
  std::string ToString() const override { return cause_.ToString(); }
  const arrow::Status& cause() const { return cause_; }

 private:
  arrow::Status cause_;
};

/// Compared as text: each shared library that holds a copy of this code has its own pointer.
bool HasDetail(const arrow::Status& status, std::string_view type_id) {
  return status.detail() != nullptr && std::string_view(status.detail()->type_id()) == type_id;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// The optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_previous, previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_previous[j - 2] + 1);
      }
    }
    before_previous = previous;
    previous = current;
  }
  return previous[b.size()];
}

}  // namespace

arrow::Status NamedError(std::string_view feast_class, std::string message) {
  const auto code =
      feast_class.ends_with("NotFoundException") ? arrow::StatusCode::KeyError : arrow::StatusCode::Invalid;
  return arrow::Status(code, std::move(message), std::make_shared<NamedErrorDetail>(feast_class));
}

std::string_view ErrorClass(const arrow::Status& status) {
  if (const auto cause = WhyUnreadable(status)) {
    // The name lives as long as the detail, which both have.
    return ErrorClass(*cause);
  }
  if (!HasDetail(status, kDetailTypeId)) return {};
  return static_cast<const NamedErrorDetail&>(*status.detail()).feast_class();
}

arrow::Status UnreadableSource(const std::string& source, const arrow::Status& why) {
  return arrow::Status(why.code(), source + " cannot be read: " + why.message(),
                       std::make_shared<UnreadableSourceDetail>(why));
}

std::optional<arrow::Status> WhyUnreadable(const arrow::Status& status) {
  if (!HasDetail(status, kUnreadableTypeId)) return std::nullopt;
  return static_cast<const UnreadableSourceDetail&>(*status.detail()).cause();
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string wanted = Lower(word);
  const std::string* nearest = nullptr;
  size_t nearest_distance = std::numeric_limits<size_t>::max();
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(wanted, Lower(candidate));
    // A third of the letters may differ, in a short word one; more is another word.
    const size_t length = std::max(word.size(), candidate.size());
    if (distance < std::min(nearest_distance, length) && distance <= std::max<size_t>(1, length / 3)) {
      nearest = &candidate;
      nearest_distance = distance;
    }
  }
  return nearest == nullptr ? std::string() : " Did you mean '" + *nearest + "'?";
}

}  // namespace feast
