// feast get-historical-features: a training set, or features for batch scoring
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/record_batch.h"
#include "cli/commands.h"
#include "cli/entity_json.h"
#include "cli/interruption.h"
#include "cli/progress.h"
#include "cli/row_printer.h"
#include "cli/terminal.h"
#include "feast/row_format.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

struct HistoricalCommand {
  std::string dataframe, entities;
  /// As Feast spells them, and as this command does.
  std::string start_date, end_date, start, end;
  std::vector<std::string> features;
  std::string feature_service;
  bool full_feature_names = false, filter_by_created_timestamp = false;
  std::string output, format;
  bool report = false, explain = false;

  bool has_range() const { return !start_date.empty() || !end_date.empty() || !start.empty() || !end.empty(); }
  /// Called as Feast's own command is: what it prints goes to programs made for that.
  bool is_feasts() const { return !dataframe.empty() || !start_date.empty() || !end_date.empty(); }
};

const std::map<std::string, RowFormat>& Formats() {
  static const std::map<std::string, RowFormat> kFormats = {{"parquet", RowFormat::kParquet},
                                                            {"arrow", RowFormat::kArrow},
                                                            {"csv", RowFormat::kCsv},
                                                            {"json", RowFormat::kJson}};
  return kFormats;
}

arrow::Status Check(const HistoricalCommand& command) {
  const int sources = (command.dataframe.empty() ? 0 : 1) + (command.entities.empty() ? 0 : 1) + command.has_range();
  if (sources == 0) {
    return UsageError(
        "Either --dataframe or --start-date and/or --end-date must be provided, or --entities with a file of entity "
        "rows.");
  }
  if (!command.dataframe.empty() && command.has_range()) {
    return UsageError("Cannot specify both --dataframe and --start-date/--end-date.");
  }
  if (sources > 1) return UsageError("--entities stands alone: without --dataframe, --start and --end.");
  if ((!command.start.empty() && !command.start_date.empty()) || (!command.end.empty() && !command.end_date.empty())) {
    return UsageError("--start and --start-date are the same, and so are --end and --end-date; give one of each.");
  }
  if (command.features.empty() == command.feature_service.empty()) {
    return UsageError("Give either --features VIEW:FEATURE,... or --feature-service NAME.");
  }
  if (!command.output.empty() && command.format == "table") {
    return UsageError("--format table is for the terminal; files are parquet, arrow, csv or json.");
  }
  return arrow::Status::OK();
}

arrow::Result<std::optional<Timestamp>> Moment(const std::string& feasts, const std::string& ours, const char* option) {
  const std::string& text = feasts.empty() ? ours : feasts;
  if (text.empty()) return std::nullopt;
  return ParseMoment(text, option);
}

/// References given one by one or separated by commas.
std::vector<std::string> Split(const std::vector<std::string>& given) {
  std::vector<std::string> references;
  for (const std::string& text : given) {
    for (size_t first = 0; first <= text.size();) {
      const size_t end = std::min(text.find(',', first), text.size());
      if (end > first) references.push_back(text.substr(first, end - first));
      first = end + 1;
    }
  }
  return references;
}

arrow::Result<HistoricalRequest> MakeRequest(FeatureStore& store, const HistoricalCommand& command) {
  HistoricalRequest request;
  if (!command.dataframe.empty()) {
    ARROW_ASSIGN_OR_RAISE(request.entity_rows, ParseEntityJson(command.dataframe));
  } else if (!command.entities.empty()) {
    request.entity_rows = EntityFile{command.entities};
  } else {
    EntityRange range;
    ARROW_ASSIGN_OR_RAISE(range.start, Moment(command.start_date, command.start, "--start"));
    ARROW_ASSIGN_OR_RAISE(range.end, Moment(command.end_date, command.end, "--end"));
    request.entity_rows = range;
  }
  request.features = Split(command.features);
  if (!command.feature_service.empty()) {
    ARROW_ASSIGN_OR_RAISE(request.feature_service, store.GetFeatureService(command.feature_service));
  }
  request.full_feature_names = command.full_feature_names;
  request.filter_by_created_timestamp = command.filter_by_created_timestamp;
  return request;
}

/// What goes to standard output when nothing else was asked for: JSON as Feast prints it when called as Feast's command
/// is, else a table for people and CSV for programs.
std::string FormatToPrint(const HistoricalCommand& command) {
  if (!command.format.empty()) return command.format;
  if (command.is_feasts()) return "json";
  return IsTerminal(stdout) ? "table" : "csv";
}

arrow::Status WriteToFile(RetrievalJob& job, const HistoricalCommand& command, Progress& progress) {
  const auto named = Formats().find(command.format);
  RowFormat format = RowFormat::kParquet;
  if (named != Formats().end()) {
    format = named->second;
  } else {
    ARROW_ASSIGN_OR_RAISE(format, RowFormatOf(command.output));
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t rows, job.WriteFile(command.output, format));
  progress.Stop();
  Print("Wrote " + std::to_string(rows) + (rows == 1 ? " row to " : " rows to ") + PrintableText(command.output) +
        "\n");
  return arrow::Status::OK();
}

arrow::Status PrintResult(RetrievalJob& job, const HistoricalCommand& command, Progress& progress) {
  const std::string format = FormatToPrint(command);
  if (format == "parquet" || format == "arrow") {
    if (IsTerminal(stdout)) {
      return UsageError("--format " + format + " is not for terminals; add --output FILE or send it somewhere else.");
    }
  }
  ARROW_ASSIGN_OR_RAISE(const auto rows, job.ToReader());
  if (IsTerminal(stdout)) progress.Stop();
  return format == "table" ? PrintTable(*rows) : PrintRows(Formats().at(format), *rows);
}

arrow::Status RunHistorical(const Session& session, const HistoricalCommand& command) {
  ARROW_RETURN_NOT_OK(Check(command));
  if (!command.output.empty() && command.format.empty()) {
    ARROW_RETURN_NOT_OK(RowFormatOf(command.output).status());
  }
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ARROW_ASSIGN_OR_RAISE(const HistoricalRequest request, MakeRequest(*store, command));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<RetrievalJob> job, store->GetHistoricalFeatures(request));
  if (command.explain) {
    ARROW_ASSIGN_OR_RAISE(const ReadPlan plan, job->Explain());
    Print(PrintableLines(plan.ToString()));
    return arrow::Status::OK();
  }

  const Interruption interruption;
  Progress progress("Joining", Progress::Wanted(), std::chrono::seconds(1), "rows");
  job->set_progress([&](int64_t done, int64_t total) { progress.Update(done, total); });
  const auto report = command.report ? std::make_shared<RetrievalReport>() : nullptr;
  job->set_report(report);
  const arrow::Status done =
      command.output.empty() ? PrintResult(*job, command, progress) : WriteToFile(*job, command, progress);
  job->set_progress({});
  progress.Stop();
  ARROW_RETURN_NOT_OK(done);
  // Where the rows go to standard output, nothing else may.
  if (report) std::fputs(PrintableLines(report->ToString()).c_str(), command.output.empty() ? stderr : stdout);
  return arrow::Status::OK();
}

}  // namespace

void AddGetHistoricalFeatures(Command root, Session& session) {
  const auto command = std::make_shared<HistoricalCommand>();
  root.Add("get-historical-features", "Get features as they were at the time of each entity row")
      .Option("-d,--dataframe", &command->dataframe,
              "Entity rows as a JSON list: '[{\"event_timestamp\": \"2025-03-29T12:00:00\", \"driver_id\": 1001}]'")
      .Option("--entities", &command->entities, "Entity rows in a Parquet or CSV file: join keys and event_timestamp")
      .Option("--start", &command->start, "Instead of entity rows: every entity seen since this time (UTC)")
      .Option("--end", &command->end, "... until this time, and features as of it; now when not given")
      .Option("-s,--start-date", &command->start_date, "--start, as Feast spells it: YYYY-MM-DD HH:MM:SS")
      .Option("-e,--end-date", &command->end_date, "--end, as Feast spells it")
      .Repeated("-f,--features", &command->features, "Features to get, VIEW:FEATURE, one by one or separated by commas")
      .Option("--feature-service", &command->feature_service, "Get the features of this feature service instead")
      .Flag("--full-feature-names", &command->full_feature_names, "Name columns VIEW__FEATURE")
      .Flag("--filter-by-created-timestamp", &command->filter_by_created_timestamp,
            "Leave out source rows created after the entity row's time")
      .Option("--output", &command->output,
              "Write the rows to this file (.parquet, .arrow, .csv, .json) instead of standard output")
      .Choice("--format", &command->format, {"table", "csv", "json", "parquet", "arrow"},
              "Format of the rows; otherwise by the file's name")
      .Flag("--report", &command->report, "Also tell of nulls and their reasons, ages, leakage and duplicates")
      .Flag("--explain", &command->explain, "Only show what would be read: files and parts of them, columns, bytes")
      .Run([command, &session] { return RunHistorical(session, *command); });
}

}  // namespace feast::cli
