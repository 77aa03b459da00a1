#include "registry/history/history_record.h"

#include "nlohmann/json.hpp"
#include "text/json_text.h"
#include "text/redaction.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormatVersion = 1;

arrow::Status Damaged(const std::string& where) {
  return arrow::Status::Invalid(
      "This record of the registry's history is damaged; the registry itself is not "
      "affected. Delete the record to go on without it: ",
      where);
}

}  // namespace

Json ToJson(const HistoryRecord& record) {
  std::vector<std::string> changes;
  for (const auto& change : record.entry.changes) changes.push_back(Redacted(change));
  return Json{{"number", record.number},
              {"id", record.id},
              {"time", record.time},
              {"project", record.entry.project},
              {"actor", Redacted(record.actor)},
              {"commit", record.commit},
              {"run", Redacted(record.run)},
              {"command", Redacted(record.entry.command)},
              {"summary", Redacted(record.entry.summary)},
              {"allow_breaking", record.entry.allow_breaking},
              {"removed", record.removed},
              {"changes", changes}};
}

std::string ToJsonText(const HistoryRecord& record) {
  Json document{{"format_version", kFormatVersion}};
  document.update(ToJson(record));
  document["bytes"] = record.bytes;
  document["ancestors"] = record.ancestors;
  return JsonText(document, 2) + "\n";
}

arrow::Result<HistoryRecord> ParseHistoryRecord(const std::string& text, const std::string& where) {
  const Json json = ParseJson<Json>(text);
  if (!json.is_object()) return Damaged(where);
  // A value of another type than expected throws.
  try {
    const auto format = json.contains("format_version") ? WholeNumber(json.at("format_version")) : 0;
    if (!format) return Damaged(where);
    if (*format > kFormatVersion) {
      return arrow::Status::Invalid("The registry's history was written by a newer version of this program (format ",
                                    *format, "; this one knows ", kFormatVersion, "). Use the newer version: ", where);
    }
    const auto number = WholeNumber(json.at("number")), bytes = WholeNumber(json.at("bytes"));
    if (!number || !bytes) return Damaged(where);
    HistoryRecord record;
    record.number = *number;
    record.id = json.at("id").get<std::string>();
    record.time = json.value("time", "");
    record.actor = json.value("actor", "");
    record.commit = json.value("commit", "");
    record.run = json.value("run", "");
    record.entry.project = json.value("project", "");
    record.entry.command = json.value("command", "");
    record.entry.summary = json.value("summary", "");
    record.entry.changes = json.value("changes", std::vector<std::string>());
    record.entry.allow_breaking = json.value("allow_breaking", false);
    record.removed = json.value("removed", false);
    record.bytes = *bytes;
    record.ancestors = json.value("ancestors", std::vector<std::string>());
    return record;
  } catch (const nlohmann::json::exception&) {
    return Damaged(where);
  }
}

}  // namespace feast
