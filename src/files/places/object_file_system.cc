#include "files/places/object_file_system.h"

#include <utility>

#include "arrow/io/interfaces.h"
#include "cloud/place_error.h"
#include "files/places/object_output.h"

namespace feast::scan {
namespace {

using arrow::fs::FileInfo;
using arrow::fs::FileType;

constexpr int kObjectsAPage = 1000;

arrow::Status NotDone(const char* what) {
  return arrow::Status::NotImplemented("Object stores are read and written here, but no ", what, ".");
}

FileInfo FileOf(const std::string& path, int64_t size) {
  FileInfo info(path, FileType::File);
  info.set_size(size);
  return info;
}

}  // namespace

ObjectFileSystem::ObjectFileSystem(std::string type_name, std::string bucket_name, std::shared_ptr<ObjectBucket> bucket)
    : type_name_(std::move(type_name)), bucket_name_(std::move(bucket_name)), bucket_(std::move(bucket)) {}

arrow::Result<std::string> ObjectFileSystem::Key(const std::string& path) const {
  if (path == bucket_name_) return "";
  if (path.starts_with(bucket_name_ + "/")) return path.substr(bucket_name_.size() + 1);
  return arrow::Status::Invalid("A file lies in another bucket than its source, '", bucket_name_,
                                "'. Use a source for each bucket: '", path, "'");
}

arrow::Result<FileInfo> ObjectFileSystem::BucketInfo(const std::string& path) {
  const auto listed = bucket_->List("", "", "", 1);
  if (listed.ok()) return FileInfo(path, FileType::Directory);
  if (PlaceTroubleOf(listed.status()) == PlaceTrouble::kAbsent) return FileInfo(path, FileType::NotFound);
  return listed.status();
}

arrow::Result<FileInfo> ObjectFileSystem::GetFileInfo(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string key, Key(path));
  if (key.empty()) return BucketInfo(path);
  if (!key.ends_with('/')) {
    ARROW_ASSIGN_OR_RAISE(const auto found, bucket_->Find(key));
    if (found) return FileOf(path, found->size);
  }
  // An object store has no folders: one is there when an object's key starts with its name.
  const auto listed = bucket_->List(key.ends_with('/') ? key : key + "/", "", "", 1);
  if (!listed.ok() && PlaceTroubleOf(listed.status()) != PlaceTrouble::kAbsent) return listed.status();
  const bool is_folder = listed.ok() && !listed->objects.empty();
  return FileInfo(path, is_folder ? FileType::Directory : FileType::NotFound);
}

arrow::Result<std::vector<FileInfo>> ObjectFileSystem::GetFileInfo(const arrow::fs::FileSelector& selector) {
  ARROW_ASSIGN_OR_RAISE(const std::string folder, Key(selector.base_dir));
  const std::string prefix = folder.empty() || folder.ends_with('/') ? folder : folder + "/";
  std::vector<FileInfo> infos;
  std::string next;
  do {
    ARROW_ASSIGN_OR_RAISE(const ObjectPage page,
                          bucket_->List(prefix, selector.recursive ? "" : "/", next, kObjectsAPage));
    for (const ObjectEntry& object : page.objects) {
      // Consoles mark folders by empty objects.
      if (!object.key.ends_with('/')) infos.push_back(FileOf(Path(object.key), object.size));
    }
    for (const std::string& each : page.prefixes) {
      infos.emplace_back(Path(each.substr(0, each.size() - 1)), FileType::Directory);
    }
    // A gateway that forgets where to go on would be asked for ever.
    if (!page.next.empty() && page.next == next) {
      return PlaceError(PlaceTrouble::kUnreachable,
                        "The store's list of objects does not go on. Check gateways in front of it. Folder: '" +
                            bucket_->Uri(prefix) + "'");
    }
    next = page.next;
  } while (!next.empty());
  if (infos.empty() && !selector.allow_not_found) {
    return PlaceError(PlaceTrouble::kAbsent, "There is no folder '" + bucket_->Uri(folder) + "'. Correct the path.");
  }
  return infos;
}

arrow::Result<std::shared_ptr<arrow::io::InputStream>> ObjectFileSystem::OpenInputStream(const std::string& path) {
  return OpenInputFile(path);
}

// All files of one key that this file system opens share one version: the schema, the statistics and the values of a
// request come from the same object. Who comes second keeps the first one's version, whatever was found now.
std::shared_ptr<ObjectVersion> ObjectFileSystem::Pinned(const std::string& key, std::shared_ptr<ObjectVersion> now) {
  const std::lock_guard lock(mutex_);
  if (now == nullptr) {
    const auto known = versions_.find(key);
    return known == versions_.end() ? nullptr : known->second;
  }
  return versions_.emplace(key, std::move(now)).first->second;
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> ObjectFileSystem::OpenInputFile(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string key, Key(path));
  auto version = Pinned(key, nullptr);
  if (version == nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto found, bucket_->Find(key));
    if (!found) {
      return PlaceError(PlaceTrouble::kAbsent, "There is no object '" + bucket_->Uri(key) + "'. Correct the path.");
    }
    version = Pinned(key, std::make_shared<ObjectVersion>(found->size, found->version));
  }
  return std::make_shared<ObjectFile>(bucket_, key, std::move(version));
}

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> ObjectFileSystem::OpenInputFile(const FileInfo& info) {
  if (info.size() < 0) return OpenInputFile(info.path());
  ARROW_ASSIGN_OR_RAISE(const std::string key, Key(info.path()));
  // A listing gave the size, and no version: the first answer gives that, and a size of another version is refused
  // there.
  return std::make_shared<ObjectFile>(bucket_, key, Pinned(key, std::make_shared<ObjectVersion>(info.size())));
}

arrow::Result<std::shared_ptr<arrow::io::OutputStream>> ObjectFileSystem::OpenOutputStream(
    const std::string& path, const std::shared_ptr<const arrow::KeyValueMetadata>&) {
  ARROW_ASSIGN_OR_RAISE(std::string key, Key(path));
  if (key.empty() || key.ends_with('/')) {
    return arrow::Status::Invalid("it is a folder; name a file in it.");
  }
  return ObjectOutput::Open(bucket_, std::move(key));
}

arrow::Status ObjectFileSystem::DeleteFile(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(const std::string key, Key(path));
  return bucket_->Delete(key);
}

arrow::Status ObjectFileSystem::CreateDir(const std::string&, bool) { return NotDone("folders are made"); }
arrow::Status ObjectFileSystem::DeleteDir(const std::string&) { return NotDone("folders are deleted"); }
arrow::Status ObjectFileSystem::DeleteDirContents(const std::string&, bool) { return NotDone("folders are deleted"); }
arrow::Status ObjectFileSystem::DeleteRootDirContents() { return NotDone("buckets are emptied"); }
arrow::Status ObjectFileSystem::Move(const std::string&, const std::string&) { return NotDone("objects are moved"); }
arrow::Status ObjectFileSystem::CopyFile(const std::string&, const std::string&) {
  return NotDone("objects are copied");
}
arrow::Result<std::shared_ptr<arrow::io::OutputStream>> ObjectFileSystem::OpenAppendStream(
    const std::string&, const std::shared_ptr<const arrow::KeyValueMetadata>&) {
  return NotDone("objects are appended to");
}

}  // namespace feast::scan
