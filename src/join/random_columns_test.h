// Columns for tests: any key type from small numbers, cut into chunks that do not begin at the start of their buffers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "arrow/type_fwd.h"

namespace feast::join {

using Random = std::mt19937_64;
using SmallNumbers = std::vector<std::optional<int64_t>>;

/// A number in [least, most].
int64_t Between(Random* random, int64_t least, int64_t most);
/// True once in `times`.
bool OnceIn(Random* random, int times);

/// An array in which each number stands for one value of `type`: the number itself where the type has numbers.
/// Dictionary types get a dictionary with unused, repeated and null entries.
std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers,
                                      Random* random);

/// The same in random chunks, some of them empty or slices.
std::shared_ptr<arrow::ChunkedArray> ColumnOf(const std::shared_ptr<arrow::DataType>& type, const SmallNumbers& numbers,
                                              Random* random);

}  // namespace feast::join
