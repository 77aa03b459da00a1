// The definitions of one version of the registry, each decoded once.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "arrow/result.h"
#include "definitions/proto.h"
#include "feast/core/Registry.pb.h"

namespace feast {

/// Decodes an object when it is first asked for, and a project when all of it is: commands that read one object of a
/// registry of thousands, or none, decode no more than that. Thread-safe; who asks at once may decode twice, and all
/// are given the same.
class DecodedObjects {
 public:
  /// What `stored`, which lives as long as this, says. Null for null. Errors are those of FromProto.
  template <typename Object, typename Stored>
  arrow::Result<std::shared_ptr<const Object>> Of(const Stored* stored) const {
    if (stored == nullptr) return nullptr;
    {
      const std::shared_lock lock(mutex_);
      const auto found = objects_.find(stored);
      if (found != objects_.end()) return std::static_pointer_cast<const Object>(found->second);
    }
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const Object> decoded, Share<Object>(FromProto(*stored)));
    const std::unique_lock lock(mutex_);
    const auto [found, added] = objects_.emplace(stored, std::move(decoded));
    return std::static_pointer_cast<const Object>(found->second);
  }

  /// All of `project` in `registry`, which is the same in every call.
  arrow::Result<std::shared_ptr<const Definitions>> Of(const core::Registry& registry,
                                                       const std::string& project) const;

 private:
  template <typename Object>
  static arrow::Result<std::shared_ptr<const Object>> Share(Object decoded) {
    return std::make_shared<const Object>(std::move(decoded));
  }
  template <typename Object, typename Decoded>
  static arrow::Result<std::shared_ptr<const Object>> Share(std::shared_ptr<Decoded> decoded) {
    return decoded;
  }
  template <typename Object, typename Decoded>
  static arrow::Result<std::shared_ptr<const Object>> Share(arrow::Result<Decoded> decoded) {
    ARROW_RETURN_NOT_OK(decoded);
    return Share<Object>(decoded.MoveValueUnsafe());
  }

  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<const void*, std::shared_ptr<const void>> objects_;
  mutable std::unordered_map<std::string, std::shared_ptr<const Definitions>> projects_;
};

}  // namespace feast
