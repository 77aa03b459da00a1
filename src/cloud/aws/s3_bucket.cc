#include "cloud/aws/s3_bucket.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

#include "cloud/aws/aws_credential_sources.h"
#include "cloud/aws/s3_errors.h"
#include "cloud/place_error.h"
#include "http/url.h"

namespace feast {

namespace {

/// What is read beyond the range when a server sends the whole object.
constexpr int64_t kWholeBytesMax = 64 << 20;
/// Before the version of an object without an ETag.
constexpr std::string_view kChangedAt = "changed ";
/// One connection seldom fills a network.
constexpr int kPartsAtOnce = 4;
/// A server may need long to put parts together.
constexpr std::chrono::seconds kFinishing{300};

/// The part number and ETag of each part, as S3 wants them back.
std::string PartList(const std::vector<std::string>& tags) {
  std::string xml = "<CompleteMultipartUpload>";
  for (size_t i = 0; i < tags.size(); ++i) {
    xml += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + tags[i] + "</ETag></Part>";
  }
  return xml + "</CompleteMultipartUpload>";
}

/// The texts between <element> and </element>.
std::vector<std::string> Elements(const std::string& xml, const std::string& element) {
  const std::string start = "<" + element + ">", end = "</" + element + ">";
  std::vector<std::string> found;
  for (size_t at = xml.find(start); at != std::string::npos; at = xml.find(start, at)) {
    at += start.size();
    const size_t stop = xml.find(end, at);
    if (stop == std::string::npos) break;
    found.push_back(xml.substr(at, stop - at));
    at = stop;
  }
  return found;
}

/// As a form has them: a space is "+".
std::string DecodeKey(std::string key, bool is_encoded) {
  if (!is_encoded) return key;
  std::replace(key.begin(), key.end(), '+', ' ');
  return PercentDecode(key);
}

int64_t Number(const std::string& text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

class S3Upload : public ObjectUpload {
 public:
  S3Upload(std::shared_ptr<S3Client> client, std::string key, std::string id)
      : client_(std::move(client)), key_(std::move(key)), id_(std::move(id)) {}

  int parts_at_once() const override { return kPartsAtOnce; }

  arrow::Status Write(int64_t number, std::string part, bool /*is_last*/) override {
    HttpRequest request;
    request.method = "PUT";
    request.body = std::move(part);
    const S3Client::Query query = {{"partNumber", std::to_string(number + 1)}, {"uploadId", id_}};
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key_, query, &request));
    if (!response.ok()) return client_->DataError(request, key_, response);
    const std::lock_guard lock(mutex_);
    if (static_cast<int64_t>(tags_.size()) <= number) tags_.resize(static_cast<size_t>(number) + 1);
    tags_[static_cast<size_t>(number)] = response.headers.Get("ETag");
    return arrow::Status::OK();
  }

  arrow::Status Finish() override {
    HttpRequest request;
    request.method = "POST";
    request.headers.Set("Content-Type", "application/xml");
    request.body = PartList(tags_);
    request.patience.stall = kFinishing;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key_, {{"uploadId", id_}}, &request));
    // A failure may come after the status, with which S3 keeps the connection alive.
    const bool is_error = response.body.find("<Error>") != std::string::npos;
    if (response.ok() && !is_error) return arrow::Status::OK();
    if (response.earlier_attempt_unknown && S3ErrorCode(response) == "NoSuchUpload") return LookForOwn();
    return client_->DataError(request, key_, response);
  }

  void Abort() override {
    HttpRequest request;
    request.method = "DELETE";
    request.patience.attempts_max = 2;
    [[maybe_unused]] const auto aborted = client_->Send(key_, {{"uploadId", id_}}, &request);
  }

 private:
  /// The upload is gone after an attempt whose answer was lost: the object is there if it was that attempt.
  arrow::Status LookForOwn() {
    HttpRequest request;
    request.method = "HEAD";
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key_, {}, &request));
    // S3 ends the ETag of what came in parts with their number.
    const bool own =
        response.ok() && PlainEntityTag(response.headers.Get("ETag")).ends_with("-" + std::to_string(tags_.size()));
    return own ? arrow::Status::OK() : client_->DataError(request, key_, response);
  }

  const std::shared_ptr<S3Client> client_;
  const std::string key_, id_;
  std::mutex mutex_;
  std::vector<std::string> tags_;
};

class S3Bucket : public ObjectBucket {
 public:
  explicit S3Bucket(std::shared_ptr<S3Client> client) : client_(std::move(client)) {}

  arrow::Result<std::optional<ObjectEntry>> Find(const std::string& key) override {
    HttpRequest request;
    request.method = "HEAD";
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, client_->Send(key, {}, &request));
    if (response.status == 404) return std::optional<ObjectEntry>();
    if (!response.ok()) return WithReason(key);
    const int64_t size = Number(response.headers.Get("Content-Length"));
    if (size < 0) {
      return PlaceError(
          PlaceTrouble::kUnreachable,
          "The store does not say how large the object is. Check gateways in front of it. Object: '" + Uri(key) + "'");
    }
    return ObjectEntry{key, size, VersionOf(response)};
  }

  arrow::Result<ObjectPage> List(const std::string& prefix, const std::string& delimiter, const std::string& page,
                                 int count_max) override {
    S3Client::Query query = {{"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", std::to_string(count_max)}};
    if (!prefix.empty()) query.emplace_back("prefix", prefix);
    if (!delimiter.empty()) query.emplace_back("delimiter", delimiter);
    if (!page.empty()) query.emplace_back("continuation-token", page);
    HttpRequest request;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send("", query, &request));
    if (!response.ok()) return client_->DataError(request, "", response);
    if (response.body.find("<ListBucketResult") == std::string::npos) {
      return PlaceError(PlaceTrouble::kUnreachable,
                        "The server's answer is no list of objects. Check that it speaks "
                        "S3's protocol. Bucket: " +
                            Uri(""));
    }
    return ReadPage(response.body);
  }

  arrow::Result<RangeAnswer> GetRange(const std::string& key, const std::string& version, int64_t first,
                                      int64_t length) override {
    const bool has_tag = !version.empty() && !version.starts_with(kChangedAt);
    ARROW_ASSIGN_OR_RAISE(HttpResponse response, SendRange(key, has_tag ? version : "", first, length));
    // What the version is, the answer itself says: a server may not know the condition.
    if (response.status == 412) {
      ARROW_ASSIGN_OR_RAISE(response, SendRange(key, "", first, length));
      if (response.ok() && VersionOf(response) != version) return RangeAnswer{RangeAnswer::Kind::kChanged};
    }
    if (response.status == 416) return RangeAnswer{RangeAnswer::Kind::kOutside};
    if (response.status == 404 && S3ErrorCode(response) == "NoSuchKey") return RangeAnswer{RangeAnswer::Kind::kAbsent};
    if (response.status != 200 && response.status != 206) return client_->DataError(HttpRequest{}, key, response);
    const std::string its_version = VersionOf(response);
    auto answer = ReadRangeAnswer(std::move(response), "ETag");
    if (!answer.ok()) {
      return PlaceError(PlaceTrouble::kUnreachable,
                        "The store's answer is not what was asked for: " + answer.status().message() +
                            ". Check gateways and caches in front of it. Object: '" + Uri(key) + "'");
    }
    answer->version = its_version;
    return answer;
  }

  arrow::Status Put(const std::string& key, std::string bytes) override {
    HttpRequest request;
    request.method = "PUT";
    request.headers.Set("Content-Type", "application/octet-stream");
    request.body = std::move(bytes);
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, {}, &request));
    return response.ok() ? arrow::Status::OK() : client_->DataError(request, key, response);
  }

  arrow::Result<std::unique_ptr<ObjectUpload>> StartUpload(const std::string& key) override {
    HttpRequest request;
    request.method = "POST";
    request.headers.Set("Content-Type", "application/octet-stream");
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, {{"uploads", ""}}, &request));
    const std::string id = XmlText(response.body, "UploadId");
    if (!response.ok() || id.empty()) return client_->DataError(request, key, response);
    return std::make_unique<S3Upload>(client_, key, id);
  }

  arrow::Status Delete(const std::string& key) override {
    HttpRequest request;
    request.method = "DELETE";
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, {}, &request));
    return response.ok() || response.status == 404 ? arrow::Status::OK() : client_->DataError(request, key, response);
  }

  std::string Uri(const std::string& key) const override { return client_->Uri(key); }

 private:
  static std::string VersionOf(const HttpResponse& response) {
    const std::string tag = PlainEntityTag(response.headers.Get("ETag"));
    if (!tag.empty()) return tag;
    const std::string time = response.headers.Get("Last-Modified");
    return time.empty() ? "" : std::string(kChangedAt) + time;
  }

  arrow::Result<HttpResponse> SendRange(const std::string& key, const std::string& tag, int64_t first, int64_t length) {
    HttpRequest request;
    request.headers.Set("Range", "bytes=" + std::to_string(first) + "-" + std::to_string(first + length - 1));
    if (!tag.empty()) request.headers.Set("If-Match", '"' + tag + '"');
    request.response_bytes_max = std::max(length, kWholeBytesMax);
    return client_->Send(key, {}, &request);
  }

  /// The answer to a HEAD request has no body, and so no reason; that to a GET has.
  arrow::Status WithReason(const std::string& key) {
    HttpRequest request;
    request.headers.Set("Range", "bytes=0-0");
    request.response_bytes_max = kWholeBytesMax;
    ARROW_ASSIGN_OR_RAISE(const HttpResponse response, client_->Send(key, {}, &request));
    if (!response.ok()) return client_->DataError(request, key, response);
    return PlaceError(PlaceTrouble::kRefused,
                      "The server does not answer HEAD requests, though it sends the object. "
                      "Check what stands in front of it. Object: '" +
                          Uri(key) + "'");
  }

  static ObjectPage ReadPage(const std::string& xml) {
    const bool is_encoded = XmlText(xml, "EncodingType") == "url";
    ObjectPage page;
    for (const std::string& entry : Elements(xml, "Contents")) {
      page.objects.push_back({DecodeKey(XmlText(entry, "Key"), is_encoded), Number(XmlText(entry, "Size")),
                              PlainEntityTag(XmlText(entry, "ETag"))});
    }
    for (const std::string& entry : Elements(xml, "CommonPrefixes")) {
      page.prefixes.push_back(DecodeKey(XmlText(entry, "Prefix"), is_encoded));
    }
    if (XmlText(xml, "IsTruncated") == "true") page.next = XmlText(xml, "NextContinuationToken");
    return page;
  }

  const std::shared_ptr<S3Client> client_;
};

}  // namespace

arrow::Result<std::shared_ptr<ObjectBucket>> OpenS3Bucket(const S3ClientOptions& options, const Variables& variables) {
  ARROW_ASSIGN_OR_RAISE(auto client, S3Client::Open(options, variables));
  return std::make_shared<S3Bucket>(std::move(client));
}

}  // namespace feast
