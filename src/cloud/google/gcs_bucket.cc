#include "cloud/google/gcs_bucket.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "cloud/place_error.h"
#include "http/url.h"
#include "text/json_text.h"

namespace feast {

namespace {

/// What is read beyond the range when a server sends the whole object.
constexpr int64_t kWholeObjectBytesMax = 64 << 20;
constexpr const char* kGenerationHeader = "x-goog-generation";

/// A member that is text or a number.
std::string Member(const nlohmann::json& json, const char* name) {
  if (!json.is_object() || !json.contains(name)) return "";
  const auto& value = json[name];
  return value.is_string() ? value.get<std::string>() : value.is_number() ? JsonText(value) : "";
}

int64_t Size(const std::string& text) {
  int64_t size = -1;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

ObjectEntry EntryOf(const nlohmann::json& json) {
  return {Member(json, "name"), Size(Member(json, "size")), Member(json, "generation")};
}

class GcsUpload : public ObjectUpload {
 public:
  GcsUpload(std::shared_ptr<GcsClient> client, std::string key, std::string session)
      : client_(std::move(client)), key_(std::move(key)), session_(std::move(session)) {}

  int parts_at_once() const override { return 1; }

  arrow::Status Write(int64_t /*number*/, std::string part, bool is_last) override {
    const auto bytes = static_cast<int64_t>(part.size());
    const std::string size = is_last ? std::to_string(written_ + bytes) : "*";
    HttpRequest request;
    request.method = "PUT";
    request.url = session_;
    request.headers.Set("Content-Range", bytes == 0 ? "bytes */" + size
                                                    : "bytes " + std::to_string(written_) + "-" +
                                                          std::to_string(written_ + bytes - 1) + "/" + size);
    request.body = std::move(part);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key_, &request));
    // 308: so far so good.
    if (!response.ok() && (is_last || response.status != 308)) {
      return PlaceError(PlaceTrouble::kRefused, client_->Explain(request, key_, response));
    }
    written_ += bytes;
    return arrow::Status::OK();
  }

  /// The last part says that it is the last.
  arrow::Status Finish() override { return arrow::Status::OK(); }

  void Abort() override {
    HttpRequest request;
    request.method = "DELETE";
    request.url = session_;
    request.patience.attempts_max = 2;
    [[maybe_unused]] const auto aborted = client_->Send(key_, &request);
  }

 private:
  const std::shared_ptr<GcsClient> client_;
  const std::string key_, session_;
  int64_t written_ = 0;
};

class GcsBucket : public ObjectBucket {
 public:
  explicit GcsBucket(std::shared_ptr<GcsClient> client) : client_(std::move(client)) {}

  arrow::Result<std::optional<ObjectEntry>> Find(const std::string& key) override {
    HttpRequest request;
    request.url = client_->ObjectUrl(key) + "?fields=name,size,generation";
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, &request));
    if (response.status == 404) return std::optional<ObjectEntry>();
    if (!response.ok()) return Refused(request, key, response);
    ARROW_ASSIGN_OR_RAISE(const auto json, Parse(response, key));
    ObjectEntry entry = EntryOf(json);
    entry.key = key;
    if (entry.size < 0) return NoAnswer(key);
    return entry;
  }

  arrow::Result<ObjectPage> List(const std::string& prefix, const std::string& delimiter, const std::string& page,
                                 int count_max) override {
    std::vector<std::pair<std::string, std::string>> query = {
        {"maxResults", std::to_string(count_max)}, {"fields", "nextPageToken,prefixes,items(name,size,generation)"}};
    if (!prefix.empty()) query.emplace_back("prefix", prefix);
    if (!delimiter.empty()) query.emplace_back("delimiter", delimiter);
    if (!page.empty()) query.emplace_back("pageToken", page);
    HttpRequest request;
    request.url = client_->BucketUrl() + "/o?" + EncodeQuery(query);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send("", &request));
    if (!response.ok()) return Refused(request, "", response);
    ARROW_ASSIGN_OR_RAISE(const auto json, Parse(response, ""));
    ObjectPage listed;
    if (json.contains("items") && json["items"].is_array()) {
      for (const auto& item : json["items"]) listed.objects.push_back(EntryOf(item));
    }
    if (json.contains("prefixes") && json["prefixes"].is_array()) {
      for (const auto& each : json["prefixes"]) {
        if (each.is_string()) listed.prefixes.push_back(each.get<std::string>());
      }
    }
    listed.next = Member(json, "nextPageToken");
    return listed;
  }

  arrow::Result<RangeAnswer> GetRange(const std::string& key, const std::string& version, int64_t first,
                                      int64_t length) override {
    HttpRequest request;
    request.url = client_->ObjectUrl(key) + "?alt=media";
    if (!version.empty()) request.url += "&ifGenerationMatch=" + PercentEncode(version);
    request.headers.Set("Range", "bytes=" + std::to_string(first) + "-" + std::to_string(first + length - 1));
    // Else Google unpacks what is stored packed, and then knows no ranges.
    request.headers.Set("Accept-Encoding", "gzip");
    request.response_bytes_max = std::max(length, kWholeObjectBytesMax);
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, client_->Send(key, &request));
    if (response.status == 412) return RangeAnswer{RangeAnswer::Kind::kChanged};
    if (response.status == 416) return RangeAnswer{RangeAnswer::Kind::kOutside};
    if (response.status == 404 && !IsMissingGcsBucket(response)) return RangeAnswer{RangeAnswer::Kind::kAbsent};
    if (response.status != 200 && response.status != 206) return Refused(request, key, response);
    auto answer = ReadRangeAnswer(std::move(response), kGenerationHeader);
    if (answer.ok()) return answer;
    return PlaceError(PlaceTrouble::kUnreachable,
                      "The store's answer is not what was asked for: " + answer.status().message() +
                          ". Check gateways and caches in front of it. Object: '" + Uri(key) + "'");
  }

  arrow::Status Put(const std::string& key, std::string bytes) override {
    HttpRequest request;
    request.method = "POST";
    request.url = client_->UploadUrl(key, "media");
    request.headers.Set("Content-Type", "application/octet-stream");
    request.body = std::move(bytes);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, &request));
    return response.ok() ? arrow::Status::OK() : Refused(request, key, response);
  }

  arrow::Result<std::unique_ptr<ObjectUpload>> StartUpload(const std::string& key) override {
    HttpRequest request;
    request.method = "POST";
    request.url = client_->UploadUrl(key, "resumable");
    request.headers.Set("Content-Type", "application/json");
    request.headers.Set("X-Upload-Content-Type", "application/octet-stream");
    request.body = "{}";
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, &request));
    if (!response.ok()) return Refused(request, key, response);
    ARROW_ASSIGN_OR_RAISE(std::string session, SessionUrl(response, key));
    return std::make_unique<GcsUpload>(client_, key, std::move(session));
  }

  arrow::Status Delete(const std::string& key) override {
    HttpRequest request;
    request.method = "DELETE";
    request.url = client_->ObjectUrl(key);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, &request));
    return response.ok() || response.status == 404 ? arrow::Status::OK() : Refused(request, key, response);
  }

  std::string Uri(const std::string& key) const override { return client_->Uri(key); }

 private:
  arrow::Status Refused(const HttpRequest& request, const std::string& key, const HttpResponse& response) {
    return PlaceError(response.status == 404 ? PlaceTrouble::kAbsent : PlaceTrouble::kRefused,
                      client_->Explain(request, key, response));
  }

  arrow::Status NoAnswer(const std::string& key) const {
    return PlaceError(PlaceTrouble::kUnreachable,
                      "The server's answer is none of Google Cloud Storage's. Check what stands in front of it. "
                      "Object: '" +
                          Uri(key) + "'");
  }

  arrow::Result<nlohmann::json> Parse(const HttpResponse& response, const std::string& key) const {
    auto json = ParseJson<nlohmann::json>(response.body);
    if (!json.is_object()) return NoAnswer(key);
    return json;
  }

  /// Where the parts go: at our own server, whatever host the answer names, for they are sent with our token.
  arrow::Result<std::string> SessionUrl(const HttpResponse& response, const std::string& key) const {
    const auto url = ParseHttpUrl(response.headers.Get("Location"));
    if (!url.ok()) return NoAnswer(key);
    return client_->origin() + url->path + (url->query.empty() ? "" : "?" + url->query);
  }

  const std::shared_ptr<GcsClient> client_;
};

}  // namespace

arrow::Result<std::shared_ptr<ObjectBucket>> OpenGcsBucket(const GcsOptions& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(auto client, GcsClient::Open(options, variables));
  return std::make_shared<GcsBucket>(std::move(client));
}

}  // namespace feast
