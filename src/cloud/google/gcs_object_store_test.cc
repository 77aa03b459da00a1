#include "cloud/google/gcs_object_store.h"

#include <map>

#include "gtest/gtest.h"
#include "http/loopback_server_test.h"

namespace feast {
namespace {

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

std::unique_ptr<ObjectStore> Store(const LoopbackServer& server) {
  return MakeGcsObjectStore({"bkt"}, FixedVariables({{"STORAGE_EMULATOR_HOST", server.address()}})).ValueOrDie();
}

TEST(GcsObjectStore, ReadsConditionally) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.target.find("none") != std::string::npos) return ServedResponse{404, "No such object"};
    if (request.target.ends_with("&ifGenerationNotMatch=7")) return ServedResponse{.status = 304};
    return ServedResponse{200, "bytes", {{"X-Goog-Generation", "7"}}};
  });
  const auto store = Store(server);
  const auto found = store->Get("a/b c", "").ValueOrDie();
  EXPECT_EQ(found.bytes, "bytes");
  EXPECT_EQ(found.version, "7");
  EXPECT_EQ(server.requests().at(0).target, "/storage/v1/b/bkt/o/a%2Fb%20c?alt=media");
  EXPECT_FALSE(server.requests().at(0).headers.Has("Authorization"));
  EXPECT_EQ(store->Get("x", "7").ValueOrDie().state, FetchedObject::State::kNotModified);
  EXPECT_EQ(store->Get("none", "").ValueOrDie().state, FetchedObject::State::kAbsent);
}

TEST(GcsObjectStore, WritesConditionally) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.target.ends_with("&ifGenerationMatch=6")) return ServedResponse{412, "{}"};
    return ServedResponse{200, R"({"generation":"8"})"};
  });
  const auto store = Store(server);
  EXPECT_EQ(store->Put("a/b", "bytes", WriteCondition::Absent()).ValueOrDie().version, "8");
  EXPECT_EQ(server.requests().at(0).target,
            "/upload/storage/v1/b/bkt/o?uploadType=media&name=a%2Fb&ifGenerationMatch=0");
  EXPECT_EQ(server.requests().at(0).body, "bytes");
  EXPECT_TRUE(store->Put("a/b", "bytes", WriteCondition::Version("6")).ValueOrDie().conflict);
}

TEST(GcsObjectStore, AWriteWhoseAnswerWasLostIsNoConflictWithItself) {
  bool lost = false;
  LoopbackServer server([&](const ReceivedRequest& request) {
    if (request.method == "GET") return ServedResponse{200, "bytes", {{"X-Goog-Generation", "9"}}};
    if (lost) return ServedResponse{412, "{}"};
    lost = true;
    return ServedResponse{.hang_up = true};
  });
  EXPECT_EQ(Store(server)->Put("k", "bytes", WriteCondition::Absent()).ValueOrDie().version, "9");
  lost = false;
  EXPECT_TRUE(Store(server)->Put("k", "mine", WriteCondition::Absent()).ValueOrDie().conflict);
}

TEST(GcsObjectStore, AVersionIsDeletedUnlessItIsAnotherNow) {
  int status = 204;
  LoopbackServer server([&](const ReceivedRequest&) { return ServedResponse{.status = status}; });
  EXPECT_TRUE(Store(server)->DeleteVersion("k", "9").ValueOrDie());
  EXPECT_SAYS(server.requests().back().target, "ifGenerationMatch=9");
  status = 412;
  EXPECT_FALSE(Store(server)->DeleteVersion("k", "9").ValueOrDie());
}

TEST(GcsObjectStore, RefusalsSayWhatToDo) {
  ServedResponse response;
  LoopbackServer server([&](const ReceivedRequest&) { return response; });
  const auto store = Store(server);
  response = {403, R"({"error":{"code":403,"message":"Permission denied."}})"};
  const std::string denied = store->Get("k", "").status().message();
  EXPECT_SAYS(denied, "Grant roles/storage.objectViewer on the bucket. Object: gs://bkt/k");
  EXPECT_SAYS(denied, "(HTTP 403: Permission denied.)");
  EXPECT_SAYS(store->Put("k", "", WriteCondition::None()).status().message(), "roles/storage.objectUser");
  EXPECT_SAYS(store->Delete("k").message(), "delete this object");
  response = {404, R"({"error":{"code":404,"message":"The specified bucket does not exist."}})"};
  EXPECT_SAYS(store->Get("k", "").status().message(), "The bucket 'bkt' does not exist. Create it");
  response = {401, ""};
  EXPECT_SAYS(store->Get("k", "").status().message(), "a request without credentials");
}

TEST(GcsObjectStore, UnreachableEmulatorAndMissingCredentialsNameTheObject) {
  auto store = MakeGcsObjectStore({"bkt"}, FixedVariables({{"STORAGE_EMULATOR_HOST", "127.0.0.1:1"}})).ValueOrDie();
  EXPECT_SAYS(store->Get("k", "").status().message(),
              "Object: gs://bkt/k, endpoint http://127.0.0.1:1 (STORAGE_EMULATOR_HOST)");
  store = MakeGcsObjectStore({"bkt"}, FixedVariables({{"NO_GCE_CHECK", "true"}})).ValueOrDie();
  EXPECT_SAYS(store->Get("k", "").status().message(), "There are no Google credentials");
  EXPECT_FALSE(MakeGcsObjectStore({"bkt"}, FixedVariables({{"STORAGE_EMULATOR_HOST", "ftp://x"}})).ok());
}

}  // namespace
}  // namespace feast
