// A request body looked at member by member, and what is said of one that is not as it should be: FastAPI's words, for
// clients show them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/exchange.h"
#include "text/json_text.h"

namespace feast {

/// Each member is asked for once, in the order in which errors are to be told; what is asked of a body that is no
/// object is not there.
class RequestModel {
 public:
  using Json = nlohmann::ordered_json;

  /// `body` must outlive this.
  explicit RequestModel(std::string_view body);

  /// nullptr when it is missing or wrong. `of_lists`: each of its members must be one.
  const Json* Object(const char* name, bool of_lists = false);
  const Json* Text(const char* name);
  /// nullptr for null, too.
  const Json* OptionalText(const char* name);
  /// A list of texts; nullptr when it is not there.
  const Json* Texts(const char* name, bool required);
  /// true, "yes", 1 and what else pydantic takes for one.
  bool Boolean(const char* name, bool otherwise);

  bool ok() const { return errors_.empty(); }
  /// 422 with everything that is wrong.
  HttpAnswer Refusal() const;

 private:
  void Read(std::string_view body);
  const Json* Find(const char* name, bool required);
  void Add(std::string_view type, std::vector<Json> place, std::string_view message, const Json& input,
           const Json& context = nullptr);

  Json body_;
  /// Whether members can be looked for at all.
  bool is_object_ = false;
  Json errors_ = Json::array();
};

}  // namespace feast
