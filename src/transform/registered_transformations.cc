#include "transform/registered_transformations.h"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace feast {
namespace {

struct Registered {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Transformation>> by_name;
};

Registered& AllRegistered() {
  // Never destroyed: jobs may still run while the program ends.
  static auto* const registered = new Registered;
  return *registered;
}

}  // namespace

void RegisterTransformation(std::shared_ptr<const Transformation> transformation) {
  Registered& registered = AllRegistered();
  std::lock_guard lock(registered.mutex);
  std::string name = transformation->name;
  registered.by_name[std::move(name)] = std::move(transformation);
}

std::shared_ptr<Transformation> FindRegisteredTransformation(const Transformation& stored) {
  Registered& registered = AllRegistered();
  std::lock_guard lock(registered.mutex);
  const auto found = registered.by_name.find(stored.name);
  if (found == registered.by_name.end()) return nullptr;
  const Transformation& known = *found->second;
  if (known.mode != stored.mode || known.source_text != stored.source_text) return nullptr;
  // Its only use is Apply(), which is const.
  return std::const_pointer_cast<Transformation>(found->second);
}

}  // namespace feast
