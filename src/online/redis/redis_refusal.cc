#include "online/redis/redis_refusal.h"

namespace feast {

namespace {

const char* AdviceFor(std::string_view said) {
  if (said.starts_with("OOM")) return "Its memory is full: give it more (maxmemory), or set `key_ttl_seconds`";
  if (said.starts_with("WRONGTYPE")) {
    return "Another program keeps something else under the key of an entity: use another database (db=) or project "
           "name";
  }
  if (said.starts_with("NOPERM") || said.starts_with("NOAUTH")) {
    return "Give the user the right to do so (ACL SETUSER), or log in as another one";
  }
  if (said.starts_with("MISCONF")) return "Its disk is full or cannot be written to; see the server's log";
  if (said.starts_with("READONLY")) return "It is a replica: name the master, or set `redis_type: redis_sentinel`";
  if (said.starts_with("MOVED") || said.starts_with("CROSSSLOT")) {
    return "It is part of a cluster: set `redis_type: redis_cluster` in feature_store.yaml";
  }
  if (said.starts_with("LOADING")) return "It is starting; try again in a moment";
  return "See the server's log";
}

}  // namespace

arrow::Status RedisRefusal(std::string_view what, std::string_view said) {
  return arrow::Status::IOError("Redis refuses to ", what, " values: ", said, ". ", AdviceFor(said));
}

}  // namespace feast
