// A vector for tables that are read and written all over: on huge pages, so that few address translations cover it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace feast::join {

inline constexpr size_t kHugePageBytes = size_t{2} << 20;

/// `memory` begins with a huge page.
inline void AskForHugePages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
}

/// Asks for huge pages where an allocation is large enough for one; where the system has none to give, ordinary pages
/// serve.
template <class T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}  // NOLINT(google-explicit-constructor): allocators convert

  T* allocate(size_t count) {
    const size_t bytes = count * sizeof(T);
    const size_t alignment = bytes < kHugePageBytes ? alignof(std::max_align_t) * 4 : kHugePageBytes;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    if (alignment == kHugePageBytes) AskForHugePages(memory, bytes);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t) { std::free(memory); }

  /// Elements that get no value are left as they are: writing so much memory twice is felt.
  template <class U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }

  bool operator==(const HugePageAllocator&) const { return true; }
};

template <class T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

/// Elements of zero bytes to begin with: large tables come so from the system, and take no memory where nobody writes.
template <class T>
class HugeZeros {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HugeZeros() = default;
  explicit HugeZeros(size_t count) {
    const size_t bytes = count * sizeof(T);
    const bool is_huge = bytes >= kHugePageBytes;
    const size_t alignment = is_huge ? kHugePageBytes : alignof(T);
    memory_.reset(std::calloc(bytes + alignment, 1));
    if (memory_ == nullptr) throw std::bad_alloc();
    const auto address = reinterpret_cast<uintptr_t>(memory_.get());
    const uintptr_t skipped = (alignment - address % alignment) % alignment;
    elements_ = reinterpret_cast<T*>(static_cast<char*>(memory_.get()) + skipped);
    if (is_huge) AskForHugePages(elements_, bytes);
  }

  T* data() const { return elements_; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  T* elements_ = nullptr;
};

}  // namespace feast::join
