// A kind of object on the command line: `feast <group> list` and `feast <group> describe NAME`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "cli/command_line.h"
#include "cli/session.h"
#include "feast/plan.h"
#include "nlohmann/json.hpp"

namespace feast::cli {

/// One object as a listing shows it: cells for people, and a JSON object for programs.
struct ListedObject {
  std::vector<std::string> cells;
  nlohmann::ordered_json json;
};

struct ObjectGroup {
  /// "feature-views", and what it is called in sentences: "feature view" (ObjectKindName) and "feature views".
  std::string name;
  std::string plural;
  ObjectKind kind;
  std::vector<std::string> headers;
  /// The objects of the project that carry all of the tags.
  std::function<arrow::Result<std::vector<ListedObject>>(const ProjectView&, const Tags&)> list;
  /// Adds to a description what the stored form leaves out because it is the default. May be empty.
  std::function<void(const google::protobuf::Message&, nlohmann::ordered_json*)> complete;
};

/// Declares the group with its two commands; returns it so that more can be added. `session` must outlive the command
/// line.
Command AddObjectGroup(Command parent, Session& session, ObjectGroup group);

/// Prints a listing as a table or as JSON.
void PrintListing(const std::vector<std::string>& headers, const std::vector<ListedObject>& objects,
                  const std::string& format);

/// The stored object as JSON, without the project it is in.
nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);

/// The stored object; an error naming it, with Feast's exception class and the nearest name there is.
arrow::Result<const google::protobuf::Message*> FindObject(const ProjectView& view, ObjectKind kind,
                                                           const std::string& name);

/// "text|json".
Command AddFormatOption(Command command, std::string* format);

/// Tags as JSON, sorted by key.
template <typename Map>
nlohmann::ordered_json TagsJson(const Map& tags) {
  return nlohmann::json(std::map<std::string, std::string>(tags.begin(), tags.end()));
}

}  // namespace feast::cli
