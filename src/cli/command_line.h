// How commands declare themselves and how a command line becomes one call.
//
//   CommandLine line("feast", "…");
//   auto options = std::make_shared<PlanOptions>();
//   line.root().Add("plan", "Show what apply would do")
//       .Flag("--skip-source-validation", &options->skip, "…")
//       .Run([options] { return Plan(*options); });
//   return line.Main(argc, argv);
//
// It stands between the commands and CLI11, so that only one file pays for compiling that, and so that every usage
// error reads the same. Targets of options must live until Main returns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arrow/status.h"

namespace feast::cli {

/// A command line that makes no sense, found by a command itself; the exit code is 2.
arrow::Status UsageError(std::string message);
/// A failure whose message goes to standard output, because Feast prints it there and scripts look for it; the exit
/// code is 1.
arrow::Status FailureOnOutput(std::string message);

/// The command did its work, and scripts are to learn something from its exit code. Nothing is printed; 0 is OK itself.
arrow::Status ExitCode(int code);

/// A handle to one command; cheap to copy, valid as long as its CommandLine.
class Command {
 public:
  /// A command below this one.
  Command Add(const std::string& name, const std::string& help);
  /// Declares --version: prints `text` and does nothing else.
  Command& Version(const std::string& text);
  /// A command that takes any arguments and is neither shown nor suggested.
  Command AddHidden(const std::string& name);

  /// `names` are "-x,--long" as people type them.
  Command& Flag(const std::string& names, bool* target, const std::string& help);
  Command& Option(const std::string& names, std::string* target, const std::string& help);
  /// Set from `environment_variable` when it is not on the command line.
  Command& Option(const std::string& names, std::string* target, const std::string& help,
                  const std::string& environment_variable);
  /// Compared without regard to case and given in lower case.
  Command& Choice(const std::string& names, std::string* target, const std::vector<std::string>& choices,
                  const std::string& help);
  /// May be given several times.
  Command& Repeated(const std::string& names, std::vector<std::string>* target, const std::string& help);
  Command& Argument(const std::string& name, std::string* target, const std::string& help, bool required = true);
  /// What the command does. A group has none and shows its help instead.
  Command& Run(std::function<arrow::Status()> run);

 private:
  friend class CommandLine;
  struct Node;
  explicit Command(Node* node) : node_(node) {}
  Node* node_;
};

class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& help);
  ~CommandLine();

  Command root();
  /// Runs the command that the arguments name. Returns the exit code: 0 done, 1 the command failed, 2 a usage error, or
  /// what the command asked for with ExitCode. With --detailed-exitcode, where 2 means something else, usage errors
  /// are 1. Errors go to standard error.
  int Main(int argc, char** argv);

 private:
  int Dispatch(int argc, char** argv);

  std::unique_ptr<Command::Node> root_;
};

}  // namespace feast::cli
