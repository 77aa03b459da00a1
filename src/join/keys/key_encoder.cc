#include "join/keys/key_encoder.h"

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "join/chunk_runs.h"
#include "join/keys/dictionary_positions.h"

namespace feast::join {
namespace {

constexpr uint32_t kBits = 64;

template <class Visit>
void ForEachBlock(const arrow::ArrayData& data, Visit visit) {
  for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
    visit(offset, static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset)));
  }
}

void VisitNumbers(const KeyDomain& domain, const arrow::ArrayData& data, NumberBlock* block,
                  const IntegerCodes::VisitValues& visit) {
  ForEachBlock(data, [&](int64_t offset, int rows) {
    ReadNumbers(domain, data, offset, rows, block);
    visit(block->values, block->valid.all ? nullptr : block->valid.flags.data(), rows);
  });
}

void VisitEntries(const KeyDomain& domain, const arrow::ArrayData& data, NumberBlock* block,
                  const IntegerCodes::VisitValues& visit) {
  std::vector<int64_t> entries;
  std::vector<uint8_t> entry_valid;
  VisitNumbers(domain, *data.dictionary, block, [&](const int64_t* values, const uint8_t* valid, int64_t count) {
    entries.insert(entries.end(), values, values + count);
    entry_valid.resize(entries.size(), 1);
    if (valid != nullptr) std::copy_n(valid, count, entry_valid.end() - count);
  });
  std::array<int32_t, kBlockRows> positions;
  ForEachBlock(data, [&](int64_t offset, int rows) {
    ReadDictionaryPositions(data, offset, rows, positions.data());
    for (int i = 0; i < rows; ++i) {
      block->valid.flags[i] = positions[i] != kNoCode && entry_valid[positions[i]];
      // A null's position is kNoCode, which is no place to look at.
      block->buffer[i] = block->valid.flags[i] ? entries[positions[i]] : 0;
    }
    visit(block->buffer.data(), block->valid.flags.data(), rows);
  });
}

void ForEachNumbers(const KeyDomain& domain, const arrow::ChunkedArray& column,
                    const IntegerCodes::VisitValues& visit) {
  NumberBlock block;
  for (const auto& chunk : column.chunks()) {
    const arrow::ArrayData& data = *chunk->data();
    if (IsDictionary(*data.type)) {
      VisitEntries(domain, data, &block, visit);
    } else {
      VisitNumbers(domain, data, &block, visit);
    }
  }
}

void AddBytes(const KeyDomain& domain, const arrow::ArrayData& data, BytesBlock* block, BytesCodes* dictionary,
              int32_t* codes) {
  ForEachBlock(data, [&](int64_t offset, int rows) {
    ReadBytes(domain, data, offset, rows, block);
    for (int i = 0; i < rows; ++i) {
      codes[offset + i] = block->valid.all || block->valid.flags[i] ? dictionary->Add(block->values[i]) : kNoCode;
    }
  });
}

/// Moments are compared whatever their unit.
bool IsMoment(const arrow::DataType& type) {
  return type.id() == arrow::Type::TIMESTAMP || type.id() == arrow::Type::DATE32 || type.id() == arrow::Type::DATE64;
}

void AddAllBytes(const KeyDomain& domain, const arrow::ChunkedArray& column, BytesCodes* bytes, int32_t* codes) {
  BytesBlock block;
  for (const auto& chunk : column.chunks()) {
    const arrow::ArrayData& data = *chunk->data();
    if (!IsDictionary(*data.type)) {
      AddBytes(domain, data, &block, bytes, codes);
    } else {
      // Entries that no row uses get codes too. Nothing is found under these.
      std::vector<int32_t> entries(data.dictionary->length);
      AddBytes(domain, *data.dictionary, &block, bytes, entries.data());
      ForEachBlock(data, [&](int64_t offset, int rows) {
        ReadDictionaryPositions(data, offset, rows, codes + offset);
        for (int32_t* code = codes + offset; code != codes + offset + rows; ++code) {
          if (*code != kNoCode) *code = entries[*code];
        }
      });
    }
    codes += data.length;
  }
}

}  // namespace

arrow::Result<KeyEncoder> KeyEncoder::Make(std::string name, const arrow::ChunkedArray& entity_values,
                                           std::shared_ptr<arrow::DataType> source_type, int32_t* codes) {
  KeyEncoder encoder;
  ARROW_ASSIGN_OR_RAISE(encoder.domain_, CommonKeyDomain(name, *entity_values.type(), *source_type));
  encoder.name_ = std::move(name);
  encoder.source_type_ = std::move(source_type);
  if (encoder.domain_.form == KeyDomain::kNothing) {
    std::fill_n(codes, entity_values.length(), kNoCode);
  } else if (encoder.domain_.fits_64_bits()) {
    // The visit is of values in the domain of both sides, so bits are equal when values are.
    encoder.integers_.Build([&](const auto& visit) { ForEachNumbers(encoder.domain_, entity_values, visit); },
                            entity_values.length());
    encoder.EncodeAll(entity_values, codes);
  } else {
    AddAllBytes(encoder.domain_, entity_values, &encoder.bytes_, codes);
  }
  return encoder;
}

arrow::Status KeyEncoder::CheckSourceType(const arrow::DataType& type) const {
  const arrow::DataType &given = KeyValueType(type), &expected = KeyValueType(*source_type_);
  if (given.Equals(expected) || (IsMoment(given) && IsMoment(expected))) return arrow::Status::OK();
  return arrow::Status::TypeError("Join key '", name_, "' is ", type.ToString(), " in a part of the source, but ",
                                  source_type_->ToString(),
                                  " in its schema. Make all files of the source agree on its type.");
}

void KeyEncoder::Encode(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* codes,
                        Scratch* scratch) const {
  if (domain_.form == KeyDomain::kNothing) {
    std::fill_n(codes, rows, kNoCode);
  } else if (IsDictionary(*data.type)) {
    EncodeEntries(data.dictionary, scratch);
    // Nulls are looked up in a place of their own, so that no row needs a branch.
    ReadDictionaryPositions(data, offset, rows, codes);
    const int32_t* of_position = scratch->dictionary_codes.data() + 1;
    for (int i = 0; i < rows; ++i) codes[i] = of_position[codes[i]];
  } else {
    EncodeValues(data, offset, rows, codes, scratch);
  }
}

// Where few are known, asking bits first touches a thirtieth of the memory that codes take.
int KeyEncoder::EncodeKnown(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* known, int32_t* codes,
                            Scratch* scratch) const {
  const bool is_dictionary = domain_.form != KeyDomain::kNothing && IsDictionary(*data.type);
  if (!is_dictionary && domain_.fits_64_bits()) return FindKnownNumbers(data, offset, rows, known, codes, scratch);
  if (is_dictionary) EncodeEntries(data.dictionary, scratch);
  if (!is_dictionary || scratch->known_bits.empty()) {
    Encode(data, offset, rows, codes, scratch);
    return KeepKnown(rows, known, codes);
  }
  int32_t* const positions = scratch->positions.data();
  ReadDictionaryPositions(data, offset, rows, positions);
  const uint64_t* const bits = scratch->known_bits.data();
  int count = 0;
  for (int i = 0; i < rows; ++i) {
    // Entry 0 stands for nulls, whose position is kNoCode.
    const auto entry = static_cast<uint32_t>(positions[i] + 1);
    known[count] = i;
    count += static_cast<int>(bits[entry / kBits] >> (entry % kBits) & 1);
  }
  const int32_t* const of_position = scratch->dictionary_codes.data() + 1;
  for (int k = 0; k < count; ++k) codes[k] = of_position[positions[known[k]]];
  return count;
}

int KeyEncoder::FindKnownNumbers(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* known, int32_t* codes,
                                 Scratch* scratch) const {
  ReadNumbers(domain_, data, offset, rows, &scratch->numbers);
  // Nulls are looked up too, and dismissed below: a block seldom has any.
  const int found = integers_.FindKnown(scratch->numbers.values, rows, known, codes);
  const BlockValidity& valid = scratch->numbers.valid;
  if (valid.all) return found;
  int count = 0;
  for (int k = 0; k < found; ++k) {
    const int row = known[k];
    known[count] = row;
    codes[count] = codes[k];
    count += valid.flags[row] != 0;
  }
  return count;
}

void KeyEncoder::EncodeAll(const arrow::ChunkedArray& column, int32_t* codes) const {
  std::vector<std::unique_ptr<Scratch>> scratches(WorkerCount());
  ForEachPart(column, [&](int worker, int64_t row, const ChunkPlace& place, int64_t rows) {
    std::unique_ptr<Scratch>& scratch = scratches[worker];
    if (scratch == nullptr) scratch = std::make_unique<Scratch>();
    for (int64_t skip = 0; skip < rows; skip += kBlockRows) {
      const int count = static_cast<int>(std::min<int64_t>(kBlockRows, rows - skip));
      Encode(*place.data, place.offset + skip, count, codes + row + skip, scratch.get());
    }
  });
}

void KeyEncoder::EncodeEntries(const std::shared_ptr<arrow::ArrayData>& dictionary, Scratch* scratch) const {
  // The scratch owns the dictionary whose codes it has, so no other can have come to lie at its address.
  if (scratch->dictionary == dictionary) return;
  std::vector<int32_t>& codes = scratch->dictionary_codes;
  codes.resize(dictionary->length + 1);
  codes[0] = kNoCode;
  ForEachBlock(*dictionary,
               [&](int64_t at, int count) { EncodeValues(*dictionary, at, count, codes.data() + 1 + at, scratch); });
  // See docs/decisions/004-known-keys.md: where most entries are known, asking bits first costs more than it spares.
  const auto unknown = std::count(codes.begin(), codes.end(), kNoCode);
  scratch->known_bits.clear();
  if (unknown * 2 > static_cast<int64_t>(codes.size())) {
    scratch->known_bits.resize(codes.size() / kBits + 1);
    for (size_t entry = 0; entry < codes.size(); ++entry) {
      scratch->known_bits[entry / kBits] |= uint64_t{codes[entry] != kNoCode} << (entry % kBits);
    }
  }
  // Last, so that what is half done is never taken for done.
  scratch->dictionary = dictionary;
}

void KeyEncoder::EncodeValues(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* codes,
                              Scratch* scratch) const {
  const BlockValidity* valid;
  if (domain_.fits_64_bits()) {
    ReadNumbers(domain_, data, offset, rows, &scratch->numbers);
    integers_.Find(scratch->numbers.values, rows, codes);
    valid = &scratch->numbers.valid;
  } else {
    ReadBytes(domain_, data, offset, rows, &scratch->bytes);
    bytes_.Find(scratch->bytes.values.data(), rows, codes);
    valid = &scratch->bytes.valid;
  }
  // A null's value is anything and may have found a code.
  if (valid->all) return;
  for (int i = 0; i < rows; ++i) codes[i] = valid->flags[i] ? codes[i] : kNoCode;
}

int32_t KeyEncoder::size() const { return domain_.fits_64_bits() ? integers_.size() : bytes_.size(); }

std::optional<std::pair<int64_t, int64_t>> KeyEncoder::range() const {
  if (!arrow::is_integer(KeyValueType(*source_type_).id()) || !domain_.fits_64_bits() || integers_.size() == 0) {
    return std::nullopt;
  }
  // Bits of a uint64 beyond int64 look negative, and then the bounds say nothing.
  if (domain_.form == KeyDomain::kUnsigned && integers_.min() < 0) return std::nullopt;
  return std::pair{integers_.min(), integers_.max()};
}

std::optional<WantedKeys> KeyEncoder::wanted(int32_t max) const {
  if (size() > max) return std::nullopt;
  WantedKeys keys;
  if (arrow::is_integer(KeyValueType(*source_type_).id()) && domain_.fits_64_bits()) {
    keys.integers = integers_.Values();
  } else if (domain_.form == KeyDomain::kBytes) {
    for (int32_t code = 0; code < bytes_.size(); ++code) keys.texts.push_back(bytes_.Value(code));
  } else {
    return std::nullopt;
  }
  return keys;
}

}  // namespace feast::join
