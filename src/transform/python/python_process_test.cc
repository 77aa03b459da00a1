#include "transform/python/python_process.h"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

int OpenDescriptors() {
  int count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder)) ++count;
  closedir(folder);
  return count;
}

/// A folder with a module `child` whose main() has the given body, on PYTHONPATH of what is started.
class PythonProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.environment = {{"PYTHONPATH", folder_.string()}, {"PYTHONDONTWRITEBYTECODE", "1"}};
    options_.capture_stderr = true;
    descriptors_ = OpenDescriptors();
  }
  void TearDown() override { EXPECT_EQ(OpenDescriptors(), descriptors_); }
  std::unique_ptr<PythonProcess> Start(const std::string& body, const std::string& module = "child") {
    std::ofstream(folder_ / "child.py") << "import os, sys, socket, time\ndef main(fd, arguments):\n" << body;
    return PythonProcess::Start(module, options_).ValueOrDie();
  }

  TestFolder temporary_;
  const fs::path folder_ = temporary_.path();
  PythonProcess::Options options_;
  int descriptors_ = 0;
};

TEST_F(PythonProcessTest, SpeaksBothWays) {
  options_.arguments = {"a b", "ü"};
  auto child = Start(
      "  end = socket.socket(fileno=fd)\n"
      "  data = b''\n"
      "  while part := end.recv(65536): data += part\n"
      "  end.sendall(repr((arguments, len(data))).encode())\n"
      "  return 3\n");
  ASSERT_TRUE(child->Write(std::string(3'000'000, 'x'), {}).ok());
  child->CloseWrite();
  EXPECT_EQ(child->ReadToEnd(1000, {}).ValueOrDie(), "(['a b', 'ü'], 3000000)");
  EXPECT_EQ(child->Wait({}).ValueOrDie(), 3);
  EXPECT_EQ(child->Wait({}).ValueOrDie(), 3);
}

TEST_F(PythonProcessTest, WritingToAChildThatEndedIsAnErrorWithItsStderr) {
  auto child = Start("  raise ValueError('no such driver')\n");
  arrow::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) status = child->Write(std::string(10'000, 'x'), {});
  EXPECT_TRUE(status.IsIOError());
  EXPECT_NE(status.message().find("exit code 1"), std::string::npos) << status;
  EXPECT_NE(status.message().find("no such driver"), std::string::npos) << status;
}

TEST_F(PythonProcessTest, ReadingFromAKilledChildNamesTheSignal) {
  auto child = Start("  os.kill(os.getpid(), 9)\n");
  char byte;
  const arrow::Status status = child->Read(&byte, 1, {});
  EXPECT_NE(status.message().find("signal 9"), std::string::npos) << status;
}

TEST_F(PythonProcessTest, DestroyingEndsAChildThatStillRuns) {
  auto child = Start("  os.write(fd, b'r')\n  time.sleep(600)\n");
  char byte;
  ASSERT_TRUE(child->Read(&byte, 1, {}).ok());
  const pid_t pid = child->pid();
  child.reset();
  EXPECT_EQ(kill(pid, 0), -1) << "neither running nor a zombie";
}

TEST_F(PythonProcessTest, WaitsNoLongerThanTheCallMay) {
  auto child = Start("  os.write(fd, b'r')\n  time.sleep(600)\n");
  char byte;
  ASSERT_TRUE(child->Read(&byte, 1, {}).ok());
  const auto soon = [] { return CallContext{.deadline = Deadline::After(std::chrono::milliseconds(30))}; };
  EXPECT_TRUE(child->Read(&byte, 1, soon()).IsCancelled());
  EXPECT_TRUE(child->ReadToEnd(10, soon()).status().IsCancelled());
  EXPECT_TRUE(child->Write(std::string(10'000'000, 'x'), soon()).IsCancelled()) << "nobody reads it";
  EXPECT_TRUE(child->Wait(soon()).status().IsCancelled());
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    stop.request_stop();
  });
  EXPECT_TRUE(child->Read(&byte, 1, {.stop = stop.get_token()}).IsCancelled());
  stopper.join();
}

TEST_F(PythonProcessTest, TheWorkingDirectoryIsSetAndNotImportedFrom) {
  const fs::path cwd = folder_ / "cwd";
  fs::create_directories(cwd);
  std::ofstream(cwd / "json.py") << "raise SystemExit('the wrong json')\n";
  options_.working_directory = cwd;
  auto child = Start("  import json\n  os.write(fd, os.getcwd().encode())\n");
  EXPECT_EQ(child->ReadToEnd(1000, {}).ValueOrDie(), cwd.string());
  EXPECT_EQ(child->Wait({}).ValueOrDie(), 0) << child->captured_stderr();
}

TEST_F(PythonProcessTest, StdoutCanGoToStderr) {
  options_.stdout_to_stderr = true;
  auto child = Start("  print('printed')\n");
  EXPECT_EQ(child->Wait({}).ValueOrDie(), 0);
  EXPECT_EQ(child->captured_stderr(), "printed\n");
}

TEST_F(PythonProcessTest, AnInterpreterWithoutTheModuleSaysWhatToInstall) {
  auto child = Start("  pass\n", "feast_missing._evaluate");
  const arrow::Status status = child->Ended({});
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_NE(status.message().find("pip install feast-cpp"), std::string::npos) << status;
}

TEST_F(PythonProcessTest, ReadsNoMoreThanAllowed) {
  auto child = Start("  os.write(fd, b'x' * 5000)\n");
  EXPECT_TRUE(child->ReadToEnd(100, {}).status().IsCapacityError());
}

}  // namespace
}  // namespace feast
