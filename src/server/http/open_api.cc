// What /openapi.json and /docs show: the endpoints in words, without anything from another machine.
#include "server/http/endpoints.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

Json Member(const char* type, const char* description) { return {{"type", type}, {"description", description}}; }

Json ListOf(const char* type, const char* description) {
  return {{"type", "array"}, {"items", {{"type", type}}}, {"description", description}};
}

Json Frame() {
  return {{"type", "object"},
          {"additionalProperties", {{"type", "array"}, {"items", Json::object()}}},
          {"description", "Columns by name, each a list of values, one for each row"}};
}

Json Operation(const char* summary, Json properties, Json required, Json example) {
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
  const Json content = {{"application/json", {{"schema", std::move(schema)}, {"example", std::move(example)}}}};
  return {{"post",
           {{"summary", summary},
            {"requestBody", {{"required", true}, {"content", content}}},
            {"responses",
             {{"200", {{"description", "Done"}}},
              {"404", {{"description", "A feature view or service is not registered"}}},
              {"422", {{"description", "The body is not what it should be"}}},
              {"500", {{"description", "What went wrong, as a JSON string"}}}}}}}};
}

Json Look(const char* summary) {
  return {{"get", {{"summary", summary}, {"responses", {{"200", {{"description", "Done"}}}}}}}};
}

Json Paths() {
  Json paths;
  paths["/get-online-features"] = Operation(
      "The newest values of features for entities",
      {{"features", ListOf("string", "References \"view:feature\"")},
       {"feature_service", Member("string", "A feature service instead of features")},
       {"entities", Frame()},
       {"full_feature_names", Member("boolean", "Name features \"view__feature\"")}},
      {"entities"}, {{"features", {"driver_hourly_stats:conv_rate"}}, {"entities", {{"driver_id", {1001, 1002}}}}});
  paths["/push"] = Operation("Writes rows to every feature view with a push source",
                             {{"push_source_name", Member("string", "The push source")},
                              {"df", Frame()},
                              {"to", Member("string", "online, offline or online_and_offline")},
                              {"allow_registry_cache", Member("boolean", "false: reads the registry anew first")}},
                             {"push_source_name", "df"},
                             {{"push_source_name", "driver_stats_push_source"},
                              {"df", {{"driver_id", {1001}}, {"event_timestamp", {"2026-01-31 12:00:00"}}}},
                              {"to", "online"}});
  paths["/write-to-online-store"] = Operation(
      "Writes rows of one feature view", {{"feature_view_name", Member("string", "The feature view")}, {"df", Frame()}},
      {"feature_view_name", "df"},
      {{"feature_view_name", "driver_hourly_stats"},
       {"df", {{"driver_id", {1001}}, {"event_timestamp", {"2026-01-31 12:00:00"}}}}});
  const Json views = ListOf("string", "Feature views; all that are online when none is given");
  paths["/materialize"] = Operation("Moves features of an interval to the online store",
                                    {{"start_ts", Member("string", "Begin, inclusive")},
                                     {"end_ts", Member("string", "End, inclusive")},
                                     {"feature_views", views},
                                     {"disable_event_timestamp", Member("boolean", "The latest rows of all times")}},
                                    Json::array(), {{"start_ts", "2026-01-01"}, {"end_ts", "2026-01-31"}});
  paths["/materialize-incremental"] =
      Operation("The same from where each view's last interval ended",
                {{"end_ts", Member("string", "End, inclusive")}, {"feature_views", views}}, {"end_ts"},
                {{"end_ts", "2026-01-31T12:00:00"}});
  paths["/health"] = Look("200 when the registry can be read, else 503");
  paths["/metrics"] = Look("Counters for Prometheus");
  return paths;
}

constexpr std::string_view kPage = R"page(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Feature server</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}
section{border:1px solid #ddd;border-radius:8px;padding:1rem;margin:1rem 0}
h2{margin:0;font:600 1rem monospace}textarea{width:100%;box-sizing:border-box;font:13px monospace;height:8rem}
pre{background:#f6f6f6;padding:.75rem;overflow:auto;white-space:pre-wrap}td{padding:.1rem .75rem .1rem 0;vertical-align:top}
button{padding:.3rem 1rem}label{display:block}
</style></head><body>
<h1>Feature server</h1>
<p>What this server answers to, as <a href="openapi.json">openapi.json</a> describes it.</p>
<label>Token, if the server wants one <input id="token" type="password"></label>
<main></main>
<script>
const make = (tag, text) => { const e = document.createElement(tag); if (text) e.textContent = text; return e; };
fetch("openapi.json").then(r => r.json()).then(api => {
  for (const [path, methods] of Object.entries(api.paths)) for (const [method, call] of Object.entries(methods)) {
    const section = make("section"), answer = make("pre"), button = make("button", "Send");
    section.append(make("h2", method.toUpperCase() + " " + path), make("p", call.summary));
    const content = call.requestBody && call.requestBody.content["application/json"];
    let body;
    if (content) {
      const table = make("table");
      for (const [name, member] of Object.entries(content.schema.properties)) {
        const row = make("tr");
        row.append(make("td", name), make("td", member.type), make("td", member.description));
        table.append(row);
      }
      body = make("textarea"); body.value = JSON.stringify(content.example, null, 2);
      section.append(table, body);
    }
    answer.hidden = true;
    button.onclick = async () => {
      const headers = {"content-type": "application/json"}, token = document.getElementById("token").value;
      if (token) headers.authorization = "Bearer " + token;
      const reply = await fetch("." + path, {method: method.toUpperCase(), headers, body: body && body.value});
      answer.hidden = false; answer.textContent = reply.status + "\n" + await reply.text();
    };
    section.append(button, answer); document.querySelector("main").append(section);
  }
});
</script></body></html>
)page";

}  // namespace

std::string OpenApiText(bool needs_token) {
  Json api = {{"openapi", "3.1.0"}, {"info", {{"title", "Feature server"}, {"version", "1"}}}, {"paths", Paths()}};
  if (needs_token) {
    api["components"]["securitySchemes"]["token"] = {{"type", "http"}, {"scheme", "bearer"}};
    api["security"] = Json::array({{{"token", Json::array()}}});
  }
  return JsonText(api);
}

std::string DocsPage() { return std::string(kPage); }

}  // namespace feast
