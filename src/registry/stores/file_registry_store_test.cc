#include "registry/stores/file_registry_store.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "gtest/gtest.h"
#include "registry/history/file_history_store.h"
#include "system/test_folder.h"

namespace feast {
namespace {

TEST(FileRegistryStore, AbsentFileIsNoError) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  const auto loaded = store.Load().ValueOrDie();
  EXPECT_FALSE(loaded.exists);
  EXPECT_EQ(loaded.version, "");
  EXPECT_EQ(store.Remove("").ValueOrDie(), CommitOutcome::kCommitted);
}

TEST(FileRegistryStore, CommitsAndLoads) {
  TestFolder folder;
  FileRegistryStore store(folder / "new/folders/registry.db");
  EXPECT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  const auto first = store.Load().ValueOrDie();
  EXPECT_EQ(first.bytes, "one");
  EXPECT_EQ(store.Commit("two", first.version).ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store.Load().ValueOrDie().bytes, "two");
}

TEST(FileRegistryStore, CommitTellsTheVersionThatLoadWillGive) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  const auto committed = store.Commit("one", "").ValueOrDie();
  EXPECT_NE(committed.version, "");
  EXPECT_EQ(committed.version, store.Load().ValueOrDie().version);
  EXPECT_EQ(store.Commit("two", "stale").ValueOrDie().version, "");
}

mode_t ModeOf(const std::filesystem::path& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

TEST(FileRegistryStore, KeepsOwnerGroupAndMode) {
  TestFolder folder;
  const auto path = folder / "registry.db";
  FileRegistryStore store(path);
  ASSERT_TRUE(store.Commit("one", "").ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path.c_str(), 1234, 1235), 0);
  }
  ASSERT_TRUE(store.Commit("two", store.Load().ValueOrDie().version).ok());
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(ReadFile(path), "two");
  if (geteuid() == 0) {
    EXPECT_EQ(status.st_uid, 1234u);
    EXPECT_EQ(status.st_gid, 1235u);
  }
}

TEST(FileRegistryStore, RefusesWhereTheOwnerCannotBeKept) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  TestFolder folder;
  const auto path = folder / "registry.db";
  ASSERT_TRUE(FileRegistryStore(path).Commit("one", "").ok());
  ASSERT_EQ(chmod(folder.path().c_str(), 0777), 0);
  ASSERT_EQ(chmod(path.c_str(), 0666), 0);
  std::filesystem::remove(folder / ".registry.db.lock");
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(1234) != 0 || setuid(1234) != 0) _exit(2);
    FileRegistryStore store(path);
    const auto status = store.Commit("two", store.Load().ValueOrDie().version).status();
    _exit(status.IsIOError() && status.message().find("keeping the owner, who is user 0") != std::string::npos ? 0 : 1);
  }
  int code = 0;
  waitpid(child, &code, 0);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(ReadFile(path), "one");
}

TEST(FileHistoryStore, HasTheModeOfItsRegistry) {
  TestFolder folder;
  const auto path = folder / "registry.db", history = folder / "registry.db.history";
  WriteFile(path, "one");
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  FileHistoryStore store(path);
  ASSERT_TRUE(store.Put("open", "x").ok());
  EXPECT_EQ(ModeOf(history), 0755u);
  EXPECT_EQ(ModeOf(history / "open"), 0644u);
  // Made private later: what comes is private, and the folder hides what is there.
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  ASSERT_TRUE(store.Put("private", "x").ok());
  EXPECT_EQ(ModeOf(history), 0700u);
  EXPECT_EQ(ModeOf(history / "private"), 0600u);
  EXPECT_EQ(store.Get("private").ValueOrDie(), "x");
  EXPECT_EQ(store.Get("none").ValueOrDie(), std::nullopt);
}

TEST(FileRegistryStore, TheLockFileFollowsNoLink) {
  TestFolder folder;
  WriteFile(folder / "victim", "precious");
  std::filesystem::create_symlink(folder / "victim", folder / ".registry.db.lock");
  FileRegistryStore store(folder / "registry.db");
  EXPECT_TRUE(Says(store.Commit("one", "").status(), "is a symbolic link"));
  std::filesystem::remove(folder / ".registry.db.lock");
  EXPECT_TRUE(store.Commit("one", "").ok());
  EXPECT_EQ(ReadFile(folder / "victim"), "precious");
}

TEST(FileRegistryStore, ALinkIsWrittenThrough) {
  TestFolder folder;
  std::filesystem::create_directories(folder / "real");
  std::filesystem::create_symlink("real/registry.db", folder / "first.db");
  std::filesystem::create_symlink("first.db", folder / "registry.db");
  // To where there is no file yet, and to where there is one.
  for (const char* bytes : {"one", "two"}) {
    FileRegistryStore store(folder / "registry.db");
    ASSERT_TRUE(store.Commit(bytes, store.Load().ValueOrDie().version).ok());
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "registry.db"));
    EXPECT_FALSE(std::filesystem::is_symlink(folder / "real/registry.db"));
    EXPECT_EQ(ReadFile(folder / "real/registry.db"), bytes);
  }
}

TEST(FileRegistryStore, WhatIsNoFileIsNeitherWaitedForNorReadNorRemoved) {
  TestFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::filesystem::create_directories(folder / "folder");
  const std::vector<std::pair<std::filesystem::path, std::string>> cases = {
      {folder / "pipe", "it is a pipe"}, {folder / "folder", "it is a directory"}, {"/dev/zero", "it is a device"}};
  for (const auto& [path, says] : cases) {
    FileRegistryStore store(path);
    EXPECT_TRUE(Says(store.Load().status(), says));
    EXPECT_TRUE(Says(store.LoadIfChanged("1-2-3-4").status(), says));
    EXPECT_TRUE(Says(store.Remove("").status(), says));
    EXPECT_TRUE(std::filesystem::exists(path));
  }
}

TEST(FileRegistryStore, RefusesACommitOnAnOlderVersion) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  ASSERT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store.Commit("other", "").ValueOrDie().outcome, CommitOutcome::kConflict);
  const std::string version = store.Load().ValueOrDie().version;
  ASSERT_EQ(store.Commit("two", version).ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store.Commit("three", version).ValueOrDie().outcome, CommitOutcome::kConflict);
  EXPECT_EQ(store.Load().ValueOrDie().bytes, "two");
}

TEST(FileRegistryStore, NoticesWritersThatChangeTheFileInPlace) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  ASSERT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  const std::string version = store.Load().ValueOrDie().version;
  WriteFile(folder / "registry.db", "ONE");
  EXPECT_EQ(store.LoadIfChanged(version).ValueOrDie().bytes, "ONE");
  EXPECT_EQ(store.Commit("two", version).ValueOrDie().outcome, CommitOutcome::kConflict);
}

TEST(FileRegistryStore, TellsAnUnchangedFileWithoutItsBytes) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  ASSERT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  const std::string version = store.Load().ValueOrDie().version;
  const auto again = store.LoadIfChanged(version).ValueOrDie();
  EXPECT_TRUE(again.exists);
  EXPECT_EQ(again.version, version);
  EXPECT_EQ(again.bytes, "");
  // Once the file is older than the clock's doubt, its bytes are not even read.
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(folder / "registry.db", long_ago);
  const std::string old_version = store.Load().ValueOrDie().version;
  EXPECT_EQ(store.LoadIfChanged(old_version).ValueOrDie().version, old_version);
}

TEST(FileRegistryStore, SweepsUpWhatDeadWritersLeft) {
  TestFolder folder;
  WriteFile(folder / ".registry.db.new-dead", "half a regis");
  WriteFile(folder / "registry.db.new-mine", "a user's own file");
  FileRegistryStore store(folder / "registry.db");
  ASSERT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_FALSE(std::filesystem::exists(folder / ".registry.db.new-dead"));
  EXPECT_TRUE(std::filesystem::exists(folder / "registry.db.new-mine"));
}

TEST(FileRegistryStore, KeepsModeAndSymbolicLink) {
  TestFolder folder;
  WriteFile(folder / "real.db", "one");
  chmod((folder / "real.db").c_str(), 0640);
  std::filesystem::create_symlink(folder / "real.db", folder / "link.db");
  FileRegistryStore store(folder / "link.db");
  ASSERT_EQ(store.Commit("two", store.Load().ValueOrDie().version).ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.db"));
  EXPECT_EQ(ReadFile(folder / "real.db"), "two");
  struct stat status;
  ASSERT_EQ(stat((folder / "real.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(FileRegistryStore, RemoveLeavesNothingBehind) {
  TestFolder folder;
  FileRegistryStore store(folder / "registry.db");
  ASSERT_EQ(store.Commit("one", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store.Remove("older").ValueOrDie(), CommitOutcome::kConflict);
  ASSERT_EQ(store.Remove(store.Load().ValueOrDie().version).ValueOrDie(), CommitOutcome::kCommitted);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(store.Commit("again", "").ValueOrDie().outcome, CommitOutcome::kCommitted);
}

/// Nothing is refused to root: as root, this goes on as nobody.
void GiveUpPrivileges() {
  constexpr uid_t kNobody = 65534;
  if (geteuid() == 0) {
    ASSERT_EQ(setresuid(kNobody, kNobody, kNobody), 0);
  }
}

TEST(FileRegistryStore, ReadOnlyFolderCanBeReadAndSaysWhyItCannotBeWritten) {
  TestFolder folder;
  WriteFile(folder / "registry.db", "one");
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  const auto in_child = [&] {
    GiveUpPrivileges();
    FileRegistryStore store(folder / "registry.db");
    const auto loaded = store.Load().ValueOrDie();
    EXPECT_EQ(loaded.bytes, "one");
    const auto status = store.Commit("two", loaded.version).status();
    EXPECT_TRUE(status.IsIOError());
    EXPECT_TRUE(Says(status, "write permission on the folder " + folder.path().string()));
    _exit(testing::Test::HasFailure() ? 1 : 0);
  };
  const pid_t child = fork();
  if (child == 0) in_child();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(FileRegistryStore, FolderThatCannotBeMadeIsNamed) {
  TestFolder folder;
  WriteFile(folder / "file", "not a folder");
  FileRegistryStore store(folder / "file/registry.db");
  const auto status = store.Commit("one", "").status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_TRUE(Says(status, (folder / "file/registry.db").string()));
}

TEST(FileRegistryStore, AFolderInPlaceOfTheFileIsAnError) {
  TestFolder folder;
  FileRegistryStore store(folder.path());
  const auto status = store.Load().status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_TRUE(Says(status, folder.path().string()));
}

}  // namespace
}  // namespace feast
