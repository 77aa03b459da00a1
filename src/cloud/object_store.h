// Objects in a bucket, with the conditional reads and writes that a commit protocol needs.
#pragma once

#include <stop_token>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"

namespace feast {

struct FetchedObject {
  enum class State { kFound, kNotModified, kAbsent };
  State state = State::kAbsent;
  std::string bytes;
  /// Opaque; equal tokens mean equal bytes. Set when the object is there.
  std::string version;
};

/// When a write may happen.
struct WriteCondition {
  enum class Kind { kAbsent, kVersion, kNone };
  Kind kind = Kind::kNone;
  std::string version;

  /// There must be no object.
  static WriteCondition Absent() { return {Kind::kAbsent, {}}; }
  /// The object's version must still be this.
  static WriteCondition Version(std::string version) { return {Kind::kVersion, std::move(version)}; }
  static WriteCondition None() { return {}; }
};

struct WrittenObject {
  /// The condition did not hold; nothing was written.
  bool conflict = false;
  /// The version of what was written.
  std::string version;
};

/// One bucket. Needs no permission but that on the object: no listing, no HEAD. Thread-safe.
///
/// Errors are IOError (no answer) or Invalid (the server refused, with what to do), and name the object's URI. A
/// missing bucket and denied access carry Feast's classes S3RegistryBucketNotExist and S3RegistryBucketForbiddenAccess
/// on S3.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  /// `known_version`, when not empty, makes the answer kNotModified if the object still has it.
  virtual arrow::Result<FetchedObject> Get(const std::string& key, const std::string& known_version) = 0;
  /// Writes the whole object or nothing. An attempt whose answer was lost is looked into before it is called a
  /// conflict.
  virtual arrow::Result<WrittenObject> Put(const std::string& key, const std::string& bytes,
                                           const WriteCondition& condition) = 0;
  /// Not an error when there is none.
  virtual arrow::Status Delete(const std::string& key) = 0;
  /// The same if the object's version is still `version`; else false. Servers may not know the condition and delete
  /// whatever is there.
  virtual arrow::Result<bool> DeleteVersion(const std::string& key, const std::string& version) = 0;
  /// "s3://bucket/key"
  virtual std::string Uri(const std::string& key) const = 0;
  /// The server's address when the user configured one; "" for the cloud's own.
  virtual std::string custom_endpoint() const = 0;
  /// Ends running and later calls early, with Cancelled.
  void Stop() { stop_.request_stop(); }

 protected:
  std::stop_token stop_token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
};

}  // namespace feast
