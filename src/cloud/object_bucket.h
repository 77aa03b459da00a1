// A bucket as a place for data: objects are found, read in ranges, and written in parts.
//
// The registry's own objects are read and written through object_store.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "http/http.h"

namespace feast {

struct ObjectEntry {
  std::string key;
  int64_t size = 0;
  /// Equal versions mean equal bytes; "" when the store gives none.
  std::string version = {};
};

struct ObjectPage {
  std::vector<ObjectEntry> objects;
  /// Where the delimiter ends a prefix.
  std::vector<std::string> prefixes;
  /// Gives the next page; "" when this is the last.
  std::string next;
};

/// What a store answers when it is asked for a range of an object, as it says itself: not yet held against what was
/// asked.
struct RangeAnswer {
  enum class Kind : uint8_t {
    /// Bytes of the object, or all of them.
    kBytes,
    /// The object is no longer the version asked for.
    kChanged,
    kAbsent,
    /// The object is shorter.
    kOutside,
  };
  Kind kind = Kind::kBytes;
  int64_t first = 0;
  std::string bytes = {};
  /// Of the whole object; -1 when the store does not say.
  int64_t size = -1;
  std::string version = {};
};

/// One object that is being written; it shows when it is finished and not before.
class ObjectUpload {
 public:
  virtual ~ObjectUpload() = default;
  /// So many parts may be written at once, each by a thread of its own. If it is 1, in order.
  virtual int parts_at_once() const = 0;
  /// Parts are numbered from 0. All but the last are multiples of 256 KiB, and at least 5 MiB.
  virtual arrow::Status Write(int64_t number, std::string part, bool is_last) = 0;
  /// When all parts are written: the object is there when this ends well.
  virtual arrow::Status Finish() = 0;
  /// Gives up what was written, after whatever failure; from any thread.
  virtual void Abort() = 0;
};

/// Thread-safe. Errors are those of place_error.h, and name the object, or Invalid.
class ObjectBucket {
 public:
  virtual ~ObjectBucket() = default;
  /// Unset when there is no such object; an error when there is no such bucket.
  virtual arrow::Result<std::optional<ObjectEntry>> Find(const std::string& key) = 0;
  /// Keys that begin with `prefix`, sorted. With a delimiter, none that have it behind the prefix; these are
  /// `prefixes`. `page`: "" for the first, else what the one before calls `next`. At most `count_max`, about, a page.
  virtual arrow::Result<ObjectPage> List(const std::string& prefix, const std::string& delimiter,
                                         const std::string& page, int count_max) = 0;
  /// Asks for `length` bytes from `first` on, of this version unless it is "".
  virtual arrow::Result<RangeAnswer> GetRange(const std::string& key, const std::string& version, int64_t first,
                                              int64_t length) = 0;
  virtual arrow::Status Put(const std::string& key, std::string bytes) = 0;
  virtual arrow::Result<std::unique_ptr<ObjectUpload>> StartUpload(const std::string& key) = 0;
  virtual arrow::Status Delete(const std::string& key) = 0;
  /// "s3://bucket/key"
  virtual std::string Uri(const std::string& key) const = 0;
};

/// The answer to a GET with a Range header whose status is 200 or 206. `version_header`: where the store says the
/// version. IOError for a part that does not say which it is.
arrow::Result<RangeAnswer> ReadRangeAnswer(HttpResponse response, const std::string& version_header);

/// Exactly these bytes of an object of this size, or an error: a store that sends fewer is asked for the rest, one that
/// sends others is not believed. `*version` is that of the first answer when it was "", and every answer must have it.
/// `*version` is this call's own.
arrow::Result<std::string> ReadObjectRange(ObjectBucket& bucket, const std::string& key, int64_t size, int64_t first,
                                           int64_t length, std::string* version);

/// "abc" of W/"abc": stores and gateways write the same version with and without these.
std::string PlainEntityTag(const std::string& tag);

}  // namespace feast
