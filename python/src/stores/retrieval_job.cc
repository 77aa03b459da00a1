// RetrievalJob and its metadata.
#include "feast/retrieval_job.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>

#include "arguments.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "datetimes.h"
#include "interruptible.h"
#include "progress_bar.h"
#include "saved_dataset.h"

namespace feast::python {

namespace {

using Job = std::shared_ptr<RetrievalJob>;
using TablePtr = std::shared_ptr<arrow::Table>;

void RefuseValidation(nb::handle validation_reference) {
  if (!validation_reference.is_none()) {
    ThrowFeastError("FeastNotImplementedError",
                    "validation_reference is not in this version; call the job without it.");
  }
}

[[noreturn]] void ThrowNoRemoteStorage() {
  ThrowFeastError("FeastNotImplementedError",
                  "This store does not export to a staging location; write the result with to_parquet(\"s3://...\").");
}

TablePtr RunToTable(const Job& job, nb::handle timeout = nb::none()) {
  return RunForResult<TablePtr>(
      [job, progress = MakeProgressBar()] {
        job->set_progress(progress);
        arrow::Result<TablePtr> table = job->ToTable();
        job->set_progress({});
        return table;
      },
      TimeLimit(timeout));
}

nb::object ToArrow(const Job& job, nb::handle validation_reference, nb::handle timeout) {
  RefuseValidation(validation_reference);
  return ToPython(RunToTable(job, timeout));
}

/// A conversion of `feast._dataframes`, given the result as a pyarrow table.
nb::object Convert(const char* function, const Job& job) {
  return nb::module_::import_("feast._dataframes").attr(function)(ToPython(RunToTable(job)));
}

std::shared_ptr<arrow::RecordBatchReader> MakeReader(const Job& job, int64_t batch_rows) {
  return RunForResult<std::shared_ptr<arrow::RecordBatchReader>>(
      [job, batch_rows] { return job->ToReader(batch_rows); });
}

int64_t WriteParquet(const Job& job, nb::object path) {
  if (nb::hasattr(path, "__fspath__")) path = path.attr("__fspath__")();
  auto text = nb::cast<std::string>(path);
  return RunForResult<int64_t>([job, text, progress = MakeProgressBar()] {
    job->set_progress(progress);
    arrow::Result<int64_t> rows = job->WriteParquet(text);
    job->set_progress({});
    return rows;
  });
}

void Persist(const Job& job, nb::handle storage, bool allow_overwrite, nb::handle timeout) {
  RunInterruptibly(
      [job, source = StorageSource(storage), allow_overwrite] { return job->Persist(*source, allow_overwrite); },
      TimeLimit(timeout));
}

void BindMetadata(nb::module_& module) {
  nb::class_<RetrievalMetadata>(module, "RetrievalMetadata",
                                "Names a retrieval's result has and the range of its entity rows.")
      .def(
          "__init__",
          [](RetrievalMetadata* self, std::vector<std::string> features, std::vector<std::string> keys, nb::handle min,
             nb::handle max) {
            RetrievalMetadata metadata{std::move(features), std::move(keys), std::nullopt, std::nullopt};
            if (!min.is_none()) metadata.min_event_timestamp = FromDatetime(min);
            if (!max.is_none()) metadata.max_event_timestamp = FromDatetime(max);
            new (self) RetrievalMetadata(std::move(metadata));
          },
          nb::arg("features"), nb::arg("keys"), nb::arg("min_event_timestamp") = nb::none(),
          nb::arg("max_event_timestamp") = nb::none())
      .def_ro("features", &RetrievalMetadata::features)
      .def_ro("keys", &RetrievalMetadata::keys)
      .def_prop_ro("min_event_timestamp",
                   [](const RetrievalMetadata& self) {
                     return ToDatetime(self.min_event_timestamp.value_or(Timestamp{}), TimeZone::kUtc);
                   })
      .def_prop_ro("max_event_timestamp", [](const RetrievalMetadata& self) {
        return ToDatetime(self.max_event_timestamp.value_or(Timestamp{}), TimeZone::kUtc);
      });
}

void BindReadPlan(nb::module_& module) {
  nb::class_<ReadPlan> plan(module, "ReadPlan", "What a retrieval will read, before reading it.");
  nb::class_<ReadPlan::File>(plan, "File")
      .def_ro("uri", &ReadPlan::File::uri)
      .def_ro("parts_total", &ReadPlan::File::parts_total)
      .def_ro("parts_read", &ReadPlan::File::parts_read)
      .def_ro("rows", &ReadPlan::File::rows)
      .def_ro("bytes", &ReadPlan::File::bytes);
  nb::class_<ReadPlan::View>(plan, "View")
      .def_ro("name", &ReadPlan::View::name)
      .def_ro("files", &ReadPlan::View::files)
      .def_ro("columns", &ReadPlan::View::columns);
  plan.def_ro("entity_rows", &ReadPlan::entity_rows)
      .def_ro("views", &ReadPlan::views)
      .def("__str__", &ReadPlan::ToString)
      .def("__repr__", &ReadPlan::ToString);
}

nb::dict ReasonsOf(const RetrievalReport::Nulls& nulls) {
  nb::dict reasons;
  reasons["no_entity"] = nulls.no_entity;
  reasons["nothing_before"] = nulls.nothing_before;
  reasons["outside_ttl"] = nulls.outside_ttl;
  reasons["null_in_source"] = nulls.null_in_source;
  reasons["computed"] = nulls.computed;
  return reasons;
}

nb::dict DictOf(const RetrievalReport::Feature& feature, int64_t rows) {
  nb::dict dict;
  dict["name"] = feature.name;
  const int64_t nulls = feature.nulls.total();
  dict["nulls"] = nulls;
  dict["null_share"] = rows == 0 ? 0.0 : static_cast<double>(nulls) / static_cast<double>(rows);
  dict["null_reasons"] = ReasonsOf(feature.nulls);
  dict["age_seconds"] = nb::none();
  if (feature.age) {
    nb::dict ages;
    ages["p50"] = feature.age->p50_s;
    ages["p90"] = feature.age->p90_s;
    ages["p99"] = feature.age->p99_s;
    ages["max"] = feature.age->max_s;
    dict["age_seconds"] = ages;
  }
  return dict;
}

nb::dict DictOf(const RetrievalReport& report) {
  nb::list views;
  for (const RetrievalReport::View& view : report.views) {
    nb::list features;
    for (const RetrievalReport::Feature& feature : view.features) features.append(DictOf(feature, report.entity_rows));
    nb::dict dict;
    dict["name"] = view.name;
    dict["on_demand"] = view.is_on_demand;
    dict["created_later"] = nb::cast(view.created_later);
    dict["duplicate_source_rows"] = view.duplicate_source_rows;
    dict["ties_by_created"] = view.ties_by_created;
    dict["ties_by_position"] = view.ties_by_position;
    dict["features"] = features;
    views.append(dict);
  }
  nb::dict dict;
  dict["entity_rows"] = report.entity_rows;
  dict["views"] = views;
  return dict;
}

void BindReport(nb::module_& module) {
  nb::class_<RetrievalReport>(module, "RetrievalReport",
                              "How good a training set is: nulls and their reasons, ages, leakage, duplicates.")
      .def_ro("entity_rows", &RetrievalReport::entity_rows)
      .def(
          "to_dict", [](const RetrievalReport& self) { return DictOf(self); },
          "Plain values, ready for JSON; the names are explained in docs/report.md.")
      .def("__str__", &RetrievalReport::ToString)
      .def("__repr__", &RetrievalReport::ToString);
}

RetrievalReport MakeReport(const Job& job) {
  return RunForResult<RetrievalReport>([job, progress = MakeProgressBar()] {
    job->set_progress(progress);
    arrow::Result<RetrievalReport> report = job->Report();
    job->set_progress({});
    return report;
  });
}

}  // namespace

void BindRetrievalJob(nb::module_& module) {
  BindMetadata(module);
  BindReadPlan(module);
  BindReport(module);
  nb::class_<RetrievalJob>(module, "RetrievalJob", "A retrieval that runs when one of its outputs is asked for.",
                           nb::dynamic_attr(), nb::is_weak_referenceable())
      .def(
          "to_df",
          [](nb::handle self, nb::handle validation_reference, nb::handle timeout) {
            RefuseValidation(validation_reference);
            // feast._dataframes notes what the rows are for.
            return nb::module_::import_("feast._dataframes")
                .attr("to_pandas")(ToPython(RunToTable(nb::cast<Job>(self), timeout)),
                                   nb::getattr(self, "_entity_frame", nb::none()));
          },
          nb::arg("validation_reference") = nb::none(), nb::arg("timeout") = nb::none(),
          "The result as a pandas DataFrame. TimeoutError after `timeout` seconds.")
      .def(
          "to_arrow",
          [](const Job& self, nb::handle reference, nb::handle timeout) { return ToArrow(self, reference, timeout); },
          nb::arg("validation_reference") = nb::none(), nb::arg("timeout") = nb::none(),
          "The result as a pyarrow Table. TimeoutError after `timeout` seconds.")
      .def(
          "to_polars", [](const Job& self) { return Convert("to_polars", self); }, "The result as a Polars DataFrame.")
      .def(
          "to_tensor",
          [](const Job& self, const std::string& kind, nb::handle default_value, nb::handle timeout) {
            return nb::module_::import_("feast._dataframes")
                .attr("to_tensor")(ToPython(RunToTable(self, timeout)), kind, default_value);
          },
          nb::arg("kind") = "torch", nb::arg("default_value") = nb::float_(NAN), nb::arg("timeout") = nb::none(),
          "The result as a dict of tensors by column.")
      .def(
          "to_arrow_batches",
          [](const Job& self, int64_t batch_rows) { return ToPython(MakeReader(self, batch_rows)); },
          nb::arg("batch_rows") = int64_t{1} << 17,
          "The result as a stream of pyarrow RecordBatches, in bounded memory.")
      .def(
          "__arrow_c_stream__",
          [](const Job& self, nb::handle) {
            return StreamCapsule(std::make_shared<arrow::TableBatchReader>(RunToTable(self)));
          },
          nb::arg("requested_schema") = nb::none())
      .def("to_parquet", &WriteParquet, nb::arg("path"),
           "Streams the result to a Parquet file at a path or URI and returns the number of rows.")
      .def("persist", &Persist, nb::arg("storage"), nb::arg("allow_overwrite") = false, nb::arg("timeout") = nb::none(),
           "Writes the result where `storage` says.")
      .def("to_sql", [](const Job& self) { return RunForResult<std::string>([self] { return self->ToSql(); }); })
      .def(
          "explain", [](const Job& self) { return RunForResult<ReadPlan>([self] { return self->Explain(); }); },
          "What will be read: files and parts of them, columns, bytes.")
      .def("report", &MakeReport,
           "Runs the retrieval and tells how good its result is: nulls and their reasons, ages, leakage, duplicates.")
      .def(
          "to_feast_df",
          [](nb::handle self, nb::handle reference, nb::handle timeout) {
            return nb::module_::import_("feast.dataframe")
                .attr("FeastDataFrame")(ToArrow(nb::cast<Job>(self), reference, timeout));
          },
          nb::arg("validation_reference") = nb::none(), nb::arg("timeout") = nb::none(),
          "The result as an Arrow table in a FeastDataFrame.")
      .def("to_remote_storage", [](const RetrievalJob&) { ThrowNoRemoteStorage(); })
      .def("supports_remote_storage_export", [](const RetrievalJob&) { return false; })
      .def_prop_ro("metadata", [](const RetrievalJob& self) { return self.metadata(); })
      .def_prop_ro("full_feature_names", &RetrievalJob::full_feature_names)
      .def_prop_ro("on_demand_feature_views", &RetrievalJob::on_demand_feature_views);
}

}  // namespace feast::python
