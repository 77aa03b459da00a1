// Which stored objects of one project are built on which others.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "feast/plan.h"

namespace google::protobuf {
class Message;
}

namespace feast {

/// Kind and name.
using ObjectId = std::pair<ObjectKind, std::string>;

class Dependencies {
 public:
  /// Adds a stored object. Kinds that nothing is built on and that are built on nothing are passed over.
  void Add(ObjectKind kind, const std::string& name, const google::protobuf::Message& stored);

  /// The on-demand views, feature services and saved datasets that use a view of any kind, directly or through other
  /// views; those that use its one feature when `feature` is not "".
  std::set<ObjectId> UsersOfView(const std::string& view, const std::string& feature) const;
  std::set<ObjectId> UsersOfSource(const std::string& source) const;
  std::set<ObjectId> UsersOfEntity(const std::string& entity) const;
  /// The saved datasets that were made with it.
  std::set<ObjectId> UsersOfService(const std::string& service) const;

  bool HasViewsOfSource(const std::string& source) const { return views_of_source_.count(source) != 0; }
  bool HasViewsOfEntity(const std::string& entity) const { return views_of_entity_.count(entity) != 0; }

 private:
  /// One object that uses a view; all of its features when `features` is empty.
  struct Use {
    ObjectId user;
    std::set<std::string> features;
  };
  void AddUsers(const std::string& view, const std::string& feature, std::set<std::string>* visited,
                std::set<ObjectId>* users) const;

  std::unordered_map<std::string, std::vector<Use>> uses_of_view_;
  /// From a view to the views that are derived from it.
  std::unordered_map<std::string, std::vector<std::string>> derived_views_;
  std::unordered_map<std::string, std::set<std::string>> views_of_source_, views_of_entity_;
  std::set<std::string> on_demand_views_;
  std::unordered_map<std::string, std::set<ObjectId>> datasets_of_service_;
};

}  // namespace feast
