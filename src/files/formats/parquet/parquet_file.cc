#include "files/formats/parquet/parquet_file.h"

#include <utility>

#include "arrow/filesystem/filesystem.h"
#include "arrow/io/interfaces.h"
#include "arrow/type.h"
#include "cloud/place_error.h"
#include "files/formats/parquet/parquet_calls.h"
#include "parquet/arrow/reader.h"
#include "parquet/arrow/schema.h"
#include "parquet/file_reader.h"
#include "parquet/metadata.h"

namespace feast::scan {
namespace {

/// Behind the metadata: its length and "PAR1".
constexpr int64_t kMagicAndLengthBytes = 8;

arrow::Status Failed(const Location& location, const arrow::Status& status) {
  if (PlaceTroubleOf(status)) return status;
  // libparquet reports damage as an IOError too, in words that name Parquet.
  const bool io = status.IsIOError() && status.message().find("Parquet") == std::string::npos;
  return io ? status.WithMessage("Cannot open '", location.Show(), "': ", status.message(),
                                 " Check that it may be read.")
            : arrow::Status::Invalid(
                  "'", location.Show(), "' cannot be read as Parquet: ", status.message(),
                  " Write the file anew, take it out of the source, or say which format the source has.");
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> OpenInput(const Location& location, int64_t size) {
  // A size that is known spares the request that asks for it.
  if (location.is_local() || size <= 0) return location.file_system->OpenInputFile(location.path);
  arrow::fs::FileInfo info(location.path, arrow::fs::FileType::File);
  info.set_size(size);
  return location.file_system->OpenInputFile(info);
}

arrow::Result<ParquetFile> Open(const Location& location, int64_t known_size) {
  ParquetFile file;
  ARROW_ASSIGN_OR_RAISE(file.input, OpenInput(location, known_size));
  if (!location.is_local()) {
    ARROW_ASSIGN_OR_RAISE(file.remote, RemoteFile::Open(std::move(file.input)));
    file.input = file.remote;
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file.input->GetSize());
  if (size == 0) return arrow::Status::Invalid("it is empty (0 bytes).");
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(file.input));
  parquet::ArrowReaderProperties properties;
  // Nanoseconds of 64 bits end in 2262, and many such columns hold the year 9999.
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  builder.properties(properties);
  ARROW_ASSIGN_OR_RAISE(auto reader, builder.Build());
  file.metadata = reader->parquet_reader()->metadata();
  ARROW_RETURN_NOT_OK(reader->GetSchema(&file.schema));
  // The footer is not asked for again.
  if (file.remote) file.remote->TrimEnd(size - kMagicAndLengthBytes - file.metadata->size());
  return file;
}

}  // namespace

arrow::Result<ParquetFile> OpenParquetFile(const Location& location, int64_t size) {
  auto opened = CaughtFromParquet([&] { return Open(location, size); });
  if (!opened.ok()) return Failed(location, opened.status());
  return opened;
}

}  // namespace feast::scan
