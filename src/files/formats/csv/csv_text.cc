#include "files/formats/csv/csv_text.h"

#include <algorithm>

#include "arrow/buffer.h"

namespace feast::scan {

arrow::Result<int64_t> CsvText::Read(int64_t bytes, void* out) {
  auto* text = static_cast<char*>(out);
  int64_t total = 0;
  while (total < bytes) {
    ARROW_ASSIGN_OR_RAISE(const int64_t read, bytes_->Read(bytes - total, text + total));
    if (read > 0) {
      Follow({text + total, static_cast<size_t>(read)});
      total += read;
      continue;
    }
    if (is_quoted_) {
      return arrow::Status::Invalid("a quoted cell does not end; it begins with byte ", quoted_from_ + 1,
                                    " of the text. Close it, or set the tag csv.quote to none.");
    }
    if (last_ == '\n' || last_ == '\r') break;
    text[total++] = last_ = '\n';
  }
  return total;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> CsvText::Read(int64_t bytes) {
  // A small file, and the read past the end of any, takes no more than this of the megabytes that are asked for.
  constexpr int64_t kStartBytes = 1 << 16;
  const int64_t start = std::min(bytes, kStartBytes);
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(start));
  ARROW_ASSIGN_OR_RAISE(int64_t read, Read(start, buffer->mutable_data()));
  if (read == start && start < bytes) {
    ARROW_RETURN_NOT_OK(buffer->Resize(bytes));
    ARROW_ASSIGN_OR_RAISE(const int64_t rest, Read(bytes - start, buffer->mutable_data() + start));
    read += rest;
  }
  ARROW_RETURN_NOT_OK(buffer->Resize(read));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

bool CsvText::BeginsCell(int64_t at, char before) const {
  constexpr int64_t kByteOrderMarkBytes = 3;
  return before == options_.delimiter || before == '\n' || before == '\r' ||
         (at == kByteOrderMarkBytes && before == '\xBF');
}

/// Quotes within a cell that does not begin with one mean nothing; two within quotes close and open them again.
void CsvText::Follow(std::string_view piece) {
  const bool can_tell = options_.quote != '\0' && options_.escape == '\0';
  for (size_t i = can_tell ? piece.find(options_.quote) : std::string_view::npos; i != std::string_view::npos;
       i = piece.find(options_.quote, i + 1)) {
    const int64_t at = position_ + static_cast<int64_t>(i);
    if (is_quoted_) {
      is_quoted_ = false;
      closed_at_ = at;
    } else if (closed_at_ + 1 == at) {
      is_quoted_ = true;
    } else if (BeginsCell(at, i == 0 ? last_ : piece[i - 1])) {
      is_quoted_ = true;
      quoted_from_ = at;
    }
  }
  position_ += static_cast<int64_t>(piece.size());
  last_ = piece.back();
}

}  // namespace feast::scan
