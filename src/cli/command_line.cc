#include "cli/command_line.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "cli/terminal.h"
#include "feast/errors.h"
#include "system/exceptions.h"
#include "text/did_you_mean.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast::cli {

namespace {

// Error classes of our own, beside those of Feast.
constexpr const char* kUsageError = "UsageError";
constexpr const char* kFailureOnOutput = "FailureOnOutput";
constexpr const char* kExitCode = "ExitCode";
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

/// The path people typed to get to `app`: "feast entities list".
std::string PathOf(const CLI::App* app) {
  std::string path = app->get_name();
  for (const CLI::App* parent = app->get_parent(); parent != nullptr; parent = parent->get_parent()) {
    path.insert(0, parent->get_name() + " ");
  }
  return path;
}

std::vector<std::string> VisibleCommands(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app->get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// What is wrong with arguments that nothing took.
std::string DescribeExtras(const CLI::App* app, const std::string& extra) {
  if (extra.size() > 1 && extra[0] == '-') {
    const std::string name = extra.substr(0, extra.find('='));
    std::vector<std::string> known;
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& long_name : option->get_lnames()) known.push_back("--" + long_name);
    }
    return "no such option '" + name + "'." + DidYouMean(name, known);
  }
  const std::vector<std::string> commands = VisibleCommands(app);
  if (!commands.empty()) return "no such command '" + extra + "'." + DidYouMean(extra, commands);
  return "unexpected argument '" + extra + "'.";
}

/// The innermost command that was named.
CLI::App* Selected(CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

std::string DescribeParseError(CLI::App* root, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    for (CLI::App* app = root;; app = app->get_subcommands().front()) {
      const std::vector<std::string> extras = app->remaining();
      if (!extras.empty()) return DescribeExtras(app, extras.front());
      if (app->get_subcommands().empty()) break;
    }
  }
  const std::string_view message = error.what();
  return std::string(message) + (message.ends_with('.') || message.ends_with('?') ? "" : ".");
}

void PrintError(const std::string& message) {
  const bool color = UseColor(stderr);
  std::fflush(stdout);
  std::fprintf(stderr, "%s %s\n", Paint("Error:", Color::kRed, color).c_str(),
               PrintableLines(Redacted(message)).c_str());
}

int UsageFailure(const CLI::App* app, const std::string& message, int argc, char** argv) {
  PrintError(message + " See '" + PathOf(app) + " --help'.");
  const bool detailed = std::any_of(
      argv, argv + argc, [](const char* argument) { return std::string_view(argument) == "--detailed-exitcode"; });
  return detailed ? kExitFailed : kExitUsage;
}

}  // namespace

arrow::Status FailureOnOutput(std::string message) { return NamedError(kFailureOnOutput, std::move(message)); }

arrow::Status ExitCode(int code) {
  return code == 0 ? arrow::Status::OK() : NamedError(kExitCode, std::to_string(code));
}

arrow::Status UsageError(std::string message) { return NamedError(kUsageError, std::move(message)); }

struct Command::Node {
  CLI::App* app;
  std::unique_ptr<CLI::App> owned;
  std::function<arrow::Status()> run;
  std::vector<std::unique_ptr<Node>> children;

  Node* Find(const CLI::App* wanted) {
    if (app == wanted) return this;
    for (const auto& child : children) {
      if (Node* found = child->Find(wanted)) return found;
    }
    return nullptr;
  }
};

Command Command::Add(const std::string& name, const std::string& help) {
  auto child = std::make_unique<Node>();
  child->app = node_->app->add_subcommand(name, help)->group("Commands");
  node_->app->require_subcommand(0, 1);
  node_->children.push_back(std::move(child));
  return Command(node_->children.back().get());
}

Command Command::AddHidden(const std::string& name) {
  Command command = Add(name, "");
  command.node_->app->group("")->prefix_command()->set_help_flag();
  return command;
}

Command& Command::Version(const std::string& text) {
  node_->app->set_version_flag("--version", text, "Show the version and exit");
  return *this;
}

Command& Command::Flag(const std::string& names, bool* target, const std::string& help) {
  node_->app->add_flag(names, *target, help);
  return *this;
}

Command& Command::Option(const std::string& names, std::string* target, const std::string& help) {
  // "$BASE" in a script where nobody has set BASE: going on without the option would do something else unseen.
  node_->app->add_option(names, *target, help)
      ->check(CLI::Validator(
          [](const std::string& value) {
            return value.empty() ? std::string("needs a value and got an empty one") : std::string();
          },
          "", ""));
  return *this;
}

Command& Command::Option(const std::string& names, std::string* target, const std::string& help,
                         const std::string& environment_variable) {
  node_->app->add_option(names, *target, help)->envname(environment_variable);
  return *this;
}

Command& Command::Choice(const std::string& names, std::string* target, const std::vector<std::string>& choices,
                         const std::string& help) {
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : "|") + choice;
  const auto check = [choices, list](std::string& value) -> std::string {
    const std::string lower = CLI::detail::to_lower(value);
    for (const std::string& choice : choices) {
      if (choice == lower) {
        value = choice;
        return {};
      }
    }
    return "'" + value + "' is not one of " + list + "." + DidYouMean(lower, choices);
  };
  node_->app->add_option(names, *target, help)->transform(CLI::Validator(check, ""))->option_text("[" + list + "]");
  return *this;
}

Command& Command::Repeated(const std::string& names, std::vector<std::string>* target, const std::string& help) {
  node_->app->add_option(names, *target, help)->allow_extra_args(false)->option_text("TEXT");
  return *this;
}

Command& Command::Argument(const std::string& name, std::string* target, const std::string& help, bool required) {
  node_->app->add_option(name, *target, help)->required(required)->option_text(required ? "" : "(optional)");
  return *this;
}

Command& Command::Run(std::function<arrow::Status()> run) {
  node_->run = std::move(run);
  return *this;
}

CommandLine::CommandLine(const std::string& name, const std::string& help) : root_(std::make_unique<Command::Node>()) {
  root_->owned = std::make_unique<CLI::App>(help, name);
  root_->app = root_->owned.get();
  root_->app->set_help_flag("--help", "Show this message and exit");
  root_->app->get_formatter()->label("SUBCOMMAND", "COMMAND");
  root_->app->get_formatter()->column_width(34);
}

CommandLine::~CommandLine() = default;

Command CommandLine::root() { return Command(root_.get()); }

int CommandLine::Main(int argc, char** argv) {
  const int code = Dispatch(argc, argv);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  PrintError("The output could not be written in full: is the disk full, or was the other end closed?");
  return kExitFailed;
}

int CommandLine::Dispatch(int argc, char** argv) {
  CLI::App* app = root_->app;
  try {
    app->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    Print(app->help());
    return 0;
  } catch (const CLI::CallForVersion& version) {
    Print(std::string(version.what()) + "\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    return UsageFailure(Selected(app), DescribeParseError(app, error), argc, argv);
  }

  const CLI::App* selected = Selected(app);
  const Command::Node* node = root_->Find(selected);
  if (!node->run) {
    Print(app->help());
    return selected == app ? 0 : kExitUsage;
  }
  const arrow::Status status = Caught(node->run);
  if (status.ok()) return 0;
  if (ErrorClass(status) == kUsageError) return UsageFailure(selected, status.message(), argc, argv);
  if (ErrorClass(status) == kExitCode) return std::stoi(status.message());
  if (ErrorClass(status) == kFailureOnOutput) {
    Print(PrintableLines(Redacted(status.message())) + "\n");
  } else {
    PrintError(status.message());
  }
  return kExitFailed;
}

}  // namespace feast::cli
