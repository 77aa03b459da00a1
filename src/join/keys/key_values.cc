#include "join/keys/key_values.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "arrow/array/data.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "arrow/util/binary_view_util.h"
#include "arrow/util/decimal.h"
#include "arrow/util/float16.h"
#include "join/moments.h"

namespace feast::join {
namespace {

class NumberReader {
 public:
  NumberReader(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, NumberBlock* out)
      : domain_(domain), data_(data), offset_(offset), rows_(rows), out_(out) {}

  void Read() {
    const arrow::DataType& type = KeyValueType(*data_.type);
    switch (type.id()) {
      case arrow::Type::BOOL:
        return ReadBooleans();
      case arrow::Type::INT8:
        return ReadIntegers<int8_t>();
      case arrow::Type::INT16:
        return ReadIntegers<int16_t>();
      case arrow::Type::INT32:
        return ReadIntegers<int32_t>();
      case arrow::Type::INT64:
        return ReadIntegers<int64_t>();
      case arrow::Type::UINT8:
        return ReadIntegers<uint8_t>();
      case arrow::Type::UINT16:
        return ReadIntegers<uint16_t>();
      case arrow::Type::UINT32:
        return ReadIntegers<uint32_t>();
      case arrow::Type::UINT64:
        return ReadIntegers<uint64_t>();
      case arrow::Type::HALF_FLOAT:
        return ReadFloats<uint16_t>();
      case arrow::Type::FLOAT:
        return ReadFloats<float>();
      case arrow::Type::DOUBLE:
        return ReadFloats<double>();
      case arrow::Type::DATE32:
      case arrow::Type::TIME32:
        return ReadTicks<int32_t>(NanosecondsPerTick(type));
      default:
        return ReadTicks<int64_t>(NanosecondsPerTick(type));
    }
  }

 private:
  template <class T>
  const T* values() const {
    return data_.GetValues<T>(1) + offset_;
  }

  void ReadBooleans() {
    const uint8_t* bits = data_.buffers[1]->data();
    for (int i = 0; i < rows_; ++i) out_->buffer[i] = arrow::bit_util::GetBit(bits, data_.offset + offset_ + i);
  }

  template <class T>
  void ReadIntegers() {
    const T* in = values<T>();
    if constexpr (sizeof(T) == sizeof(int64_t)) {
      // Where the column is, without a copy. An unsigned value keeps its bits, by which kUnsigned compares.
      out_->values = reinterpret_cast<const int64_t*>(in);
    } else {
      // NOLINTNEXTLINE(bugprone-signed-char-misuse): a number of eight bits, not a character
      for (int i = 0; i < rows_; ++i) out_->buffer[i] = in[i];
    }
    // Only between signed and unsigned can a value exist that the other side cannot have.
    if (std::is_signed_v<T> && domain_.form == KeyDomain::kUnsigned) {
      for (int i = 0; i < rows_; ++i) {
        if (in[i] < T{0}) out_->valid.Clear(i, rows_);
      }
    }
  }

  static double Wide(double value) { return value; }
  static double Wide(uint16_t half) { return arrow::util::Float16::FromBits(half).ToDouble(); }

  template <class T>
  void ReadFloats() {
    const T* in = values<T>();
    if (domain_.form == KeyDomain::kDouble) {
      for (int i = 0; i < rows_; ++i) {
        const double value = Wide(in[i]) + 0.0;  // turns -0.0 into 0.0
        out_->buffer[i] = std::bit_cast<int64_t>(value);
        if (std::isnan(value)) out_->valid.Clear(i, rows_);
      }
      return;
    }
    const bool is_unsigned = domain_.form == KeyDomain::kUnsigned;
    // Both bounds are doubles exactly. The upper one is the first number too large, since the largest integer itself is
    // no double. NaN fails every comparison.
    const double least = is_unsigned ? 0.0 : -0x1p63, beyond = is_unsigned ? 0x1p64 : 0x1p63;
    for (int i = 0; i < rows_; ++i) {
      const double value = Wide(in[i]);
      if (value >= least && value < beyond && value == std::trunc(value)) {
        out_->buffer[i] =
            is_unsigned ? static_cast<int64_t>(static_cast<uint64_t>(value)) : static_cast<int64_t>(value);
      } else {
        out_->buffer[i] = 0;
        out_->valid.Clear(i, rows_);
      }
    }
  }

  template <class T>
  void ReadTicks(int64_t tick_ns) {
    const T* in = values<T>();
    if (tick_ns < domain_.tick_ns) return ReadFinerTicks(in, domain_.tick_ns / tick_ns);
    const int64_t factor = tick_ns / domain_.tick_ns;
    if constexpr (sizeof(T) == sizeof(int64_t)) {
      if (factor == 1) {
        out_->values = in;
        return;
      }
    }
    for (int i = 0; i < rows_; ++i) {
      // Keys do not saturate: a moment that the finer unit cannot hold equals none of its moments.
      if (__builtin_mul_overflow(static_cast<int64_t>(in[i]), factor, &out_->buffer[i])) out_->valid.Clear(i, rows_);
    }
  }

  /// A part of the source may have a finer unit than its schema. A moment between two ticks is no key of the others.
  template <class T>
  void ReadFinerTicks(const T* in, int64_t ticks) {
    for (int i = 0; i < rows_; ++i) {
      out_->buffer[i] = in[i] / ticks;
      if (in[i] % ticks != 0) out_->valid.Clear(i, rows_);
    }
  }

  const KeyDomain& domain_;
  const arrow::ArrayData& data_;
  const int64_t offset_;
  const int rows_;
  NumberBlock* out_;
};

template <class Offset>
void ReadOffsets(const arrow::ArrayData& data, int64_t offset, int rows, BytesBlock* out) {
  const Offset* offsets = data.GetValues<Offset>(1) + offset;
  const char* bytes = data.buffers[2] ? reinterpret_cast<const char*>(data.buffers[2]->data()) : nullptr;
  for (int i = 0; i < rows; ++i) {
    const auto length = static_cast<size_t>(offsets[i + 1] - offsets[i]);
    // A null's offsets are sound as all are, so its bytes may be looked at.
    out->values[i] = length == 0 ? std::string_view() : std::string_view(bytes + offsets[i], length);
  }
}

void ReadViews(const arrow::ArrayData& data, int64_t offset, int rows, BytesBlock* out) {
  using View = arrow::BinaryViewType::c_type;
  const View* views = data.GetValues<View>(1) + offset;
  for (int i = 0; i < rows; ++i) {
    // A null's view is not promised to point anywhere.
    const bool valid =
        data.buffers[0] == nullptr || arrow::bit_util::GetBit(data.buffers[0]->data(), data.offset + offset + i);
    out->values[i] = valid ? arrow::util::FromBinaryView(views[i], data.buffers.data() + 2) : std::string_view();
  }
}

void ReadFixedSize(const arrow::ArrayData& data, int width, int64_t offset, int rows, BytesBlock* out) {
  const char* bytes = data.buffers[1] ? reinterpret_cast<const char*>(data.buffers[1]->data()) : nullptr;
  for (int i = 0; i < rows; ++i) {
    out->values[i] =
        width == 0 ? std::string_view() : std::string_view(bytes + (data.offset + offset + i) * width, width);
  }
}

template <class T>
arrow::Decimal256 Widen(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return arrow::Decimal256(value);
}

arrow::Decimal256 ReadDecimal(arrow::Type::type id, const uint8_t* bytes) {
  switch (id) {
    case arrow::Type::INT8:
      return Widen<int8_t>(bytes);
    case arrow::Type::INT16:
      return Widen<int16_t>(bytes);
    case arrow::Type::INT32:
    case arrow::Type::DECIMAL32:
      return Widen<int32_t>(bytes);
    case arrow::Type::INT64:
    case arrow::Type::DECIMAL64:
      return Widen<int64_t>(bytes);
    case arrow::Type::UINT8:
      return Widen<uint8_t>(bytes);
    case arrow::Type::UINT16:
      return Widen<uint16_t>(bytes);
    case arrow::Type::UINT32:
      return Widen<uint32_t>(bytes);
    case arrow::Type::UINT64:
      return Widen<uint64_t>(bytes);
    case arrow::Type::DECIMAL128:
      return arrow::Decimal256(arrow::Decimal128(bytes));
    default:
      return arrow::Decimal256(bytes);
  }
}

void ReadDecimals(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, BytesBlock* out) {
  constexpr int kWidth = 32;
  const arrow::DataType& type = KeyValueType(*data.type);
  // Integers may be joined with decimals, and are decimals of scale 0.
  const int width = type.byte_width();
  const int32_t scale = arrow::is_decimal(type.id()) ? static_cast<const arrow::DecimalType&>(type).scale() : 0;
  const uint8_t* bytes = data.buffers[1]->data() + (data.offset + offset) * width;
  // The size never changes, so that views into it stay good while the block is filled.
  out->storage.resize(static_cast<size_t>(kBlockRows) * kWidth);
  for (int i = 0; i < rows; ++i) {
    uint8_t* place = out->storage.data() + static_cast<size_t>(i) * kWidth;
    auto rescaled =
        ReadDecimal(type.id(), bytes + static_cast<ptrdiff_t>(i) * width).Rescale(scale, domain.decimal_scale);
    if (rescaled.ok()) {
      rescaled->ToBytes(place);
    } else {  // too large for the other side's scale, so equal to nothing there
      out->valid.Clear(i, rows);
    }
    out->values[i] = std::string_view(reinterpret_cast<const char*>(place), kWidth);
  }
}

}  // namespace

void ReadNumbers(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, NumberBlock* out) {
  // A block's values lie in `buffer` unless the reader points to the column instead.
  out->values = out->buffer.data();
  out->valid.all = true;
  NumberReader(domain, data, offset, rows, out).Read();
  ForEachNull(data, offset, rows, [&](int i) { out->valid.Clear(i, rows); });
}

void ReadBytes(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, BytesBlock* out) {
  out->valid.all = true;
  const arrow::DataType& type = KeyValueType(*data.type);
  if (domain.form == KeyDomain::kDecimal) {
    ReadDecimals(domain, data, offset, rows, out);
  } else if (arrow::is_binary_view_like(type.id())) {
    ReadViews(data, offset, rows, out);
  } else if (arrow::is_large_binary_like(type.id())) {
    ReadOffsets<int64_t>(data, offset, rows, out);
  } else if (arrow::is_binary_like(type.id())) {
    ReadOffsets<int32_t>(data, offset, rows, out);
  } else {
    ReadFixedSize(data, type.byte_width(), offset, rows, out);
  }
  ForEachNull(data, offset, rows, [&](int i) { out->valid.Clear(i, rows); });
}

}  // namespace feast::join
