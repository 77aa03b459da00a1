// How much memory one historical request may take for its entity rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// Bytes for what grows with the entity rows: FEAST_MEMORY_LIMIT, else half of what the machine or this process's
/// control group has. Row groups being decoded come on top. Invalid when the variable is no size.
arrow::Result<int64_t> MemoryLimit();

/// "2GB", "512 MB", "1.5GiB" or plain bytes; K, M, G and T are powers of 1024. Unset when `text` is no size above zero.
std::optional<int64_t> ParseSize(std::string_view text);

/// About how many bytes a value of the type takes: exact where all take the same, a guess for text and lists.
int64_t ValueBytes(const arrow::DataType& type);

/// The smallest memory limit of the control groups that /proc/self/cgroup names, below `root` (/sys/fs/cgroup); unset
/// when there is none.
std::optional<int64_t> ControlGroupLimit(std::string_view membership, const std::string& root);

}  // namespace feast
