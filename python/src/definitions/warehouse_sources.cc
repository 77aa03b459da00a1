// Tables and queries of warehouses.
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <set>

#include "source_arguments.h"

namespace feast::python {

namespace {

BigQuerySource MakeBigQuery(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("BigQuerySource", args, kwargs);
  BigQuerySource source;
  TakeTableOrQuery(arguments, source.table, source.query);
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

SnowflakeSource MakeSnowflake(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("SnowflakeSource", args, kwargs);
  SnowflakeSource source;
  TakeTableOrQuery(arguments, source.table, source.query);
  if (!source.table.empty() && !source.query.empty())
    ThrowValueError("SnowflakeSource takes table=... or query=..., not both.");
  source.database = arguments.Text("database");
  source.schema = arguments.Text("schema");
  if (!source.database.empty() && !source.table.empty() && source.schema.empty()) source.schema = "PUBLIC";
  source.warehouse = arguments.Text("warehouse");
  if (!source.warehouse.empty()) {
    WarnDeprecated(
        "The argument 'warehouse' of SnowflakeSource has no effect; set the warehouse in feature_store.yaml.");
  }
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

RedshiftSource MakeRedshift(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("RedshiftSource", args, kwargs);
  RedshiftSource source;
  TakeTableOrQuery(arguments, source.table, source.query);
  source.database = arguments.Text("database");
  source.schema = arguments.Text("schema");
  if (!source.table.empty() && source.schema.empty()) source.schema = "public";
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

SparkSource MakeSpark(const nb::args& args, const nb::kwargs& kwargs) {
  static const std::set<std::string> formats = {"csv", "json", "parquet", "delta", "avro"};
  Arguments arguments("SparkSource", args, kwargs);
  SparkSource source;
  source.table = arguments.Text("table");
  source.query = arguments.Text("query");
  source.path = arguments.Text("path");
  source.file_format = arguments.Text("file_format");
  source.date_partition_column_format = arguments.Text("date_partition_column_format", "%Y-%m-%d");
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  if (source.table.empty() && source.query.empty() && source.path.empty()) {
    ThrowValueError("SparkSource '" + source.name + "' needs table=..., query=... or path=...");
  }
  if (!source.table.empty() && (!source.query.empty() || !source.path.empty())) {
    ThrowValueError("SparkSource '" + source.name + "' has a table and a query or path: keep one.");
  }
  if (!source.path.empty() && !formats.contains(source.file_format)) {
    ThrowValueError("SparkSource '" + source.name +
                    "' has a path, so it needs file_format='csv', 'json', 'parquet', 'delta' or 'avro'.");
  }
  return source;
}

TrinoSource MakeTrino(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("TrinoSource", args, kwargs);
  TrinoSource source;
  source.table = arguments.TextOrOld("table", "table_ref");
  source.query = arguments.Text("query");
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

AthenaSource MakeAthena(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("AthenaSource", args, kwargs);
  AthenaSource source;
  TakeTableOrQuery(arguments, source.table, source.query);
  source.database = arguments.Text("database");
  if (!source.table.empty() && source.database.empty()) source.database = "default";
  source.data_source = arguments.Text("data_source");
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

PostgreSQLSource MakePostgres(const nb::args& args, const nb::kwargs& kwargs) {
  // Unlike its siblings, Feast's class takes name, query and table by position too.
  nb::kwargs keywords = nb::borrow<nb::kwargs>(nb::dict(kwargs));
  const char* names[] = {"name", "query", "table"};
  for (size_t i = 0; i < args.size() && i < 3; ++i) keywords[names[i]] = args[i];
  Arguments arguments("PostgreSQLSource", nb::borrow<nb::args>(nb::tuple()), keywords);
  PostgreSQLSource source;
  source.table = arguments.Text("table");
  source.query = arguments.Text("query");
  TakeSourceArguments(arguments, source, source.table);
  arguments.Finish();
  return source;
}

template <typename T>
std::string QueryText(const T& source) {
  return source.table.empty() ? "(" + source.query + ")" : source.table;
}

}  // namespace

void BindWarehouseSources(nb::module_& module) {
  BindSource<BigQuerySource>(module, "BigQuerySource", &MakeBigQuery)
      .def_rw("table", &BigQuerySource::table)
      .def_rw("query", &BigQuerySource::query)
      .def("get_table_query_string", [](const BigQuerySource& self) {
        return self.table.empty() ? "(" + self.query + ")" : "`" + self.table + "`";
      });
  BindSource<SnowflakeSource>(module, "SnowflakeSource", &MakeSnowflake)
      .def_rw("database", &SnowflakeSource::database)
      .def_rw("schema", &SnowflakeSource::schema)
      .def_rw("table", &SnowflakeSource::table)
      .def_rw("query", &SnowflakeSource::query)
      .def_rw("warehouse", &SnowflakeSource::warehouse)
      .def("get_table_query_string", [](const SnowflakeSource& self) {
        if (self.table.empty()) return "(" + self.query + ")";
        std::string text;
        if (!self.database.empty()) text += "\"" + self.database + "\".";
        if (!self.schema.empty()) text += "\"" + self.schema + "\".";
        return text + "\"" + self.table + "\"";
      });
  BindSource<RedshiftSource>(module, "RedshiftSource", &MakeRedshift)
      .def_rw("database", &RedshiftSource::database)
      .def_rw("schema", &RedshiftSource::schema)
      .def_rw("table", &RedshiftSource::table)
      .def_rw("query", &RedshiftSource::query)
      .def("get_table_query_string", [](const RedshiftSource& self) {
        return self.table.empty() ? "(" + self.query + ")" : "\"" + self.schema + "\".\"" + self.table + "\"";
      });
  BindSource<SparkSource>(module, "SparkSource", &MakeSpark)
      .def_rw("table", &SparkSource::table)
      .def_rw("query", &SparkSource::query)
      .def_rw("path", &SparkSource::path)
      .def_rw("file_format", &SparkSource::file_format)
      .def_rw("date_partition_column_format", &SparkSource::date_partition_column_format);
  BindSource<TrinoSource>(module, "TrinoSource", &MakeTrino)
      .def_rw("table", &TrinoSource::table)
      .def_rw("query", &TrinoSource::query)
      .def("get_table_query_string", &QueryText<TrinoSource>);
  BindSource<AthenaSource>(module, "AthenaSource", &MakeAthena)
      .def_rw("table", &AthenaSource::table)
      .def_rw("query", &AthenaSource::query)
      .def_rw("database", &AthenaSource::database)
      .def_rw("data_source", &AthenaSource::data_source);
  BindSource<PostgreSQLSource>(module, "PostgreSQLSource", &MakePostgres)
      .def_rw("table", &PostgreSQLSource::table)
      .def_rw("query", &PostgreSQLSource::query)
      .def("get_table_query_string", &QueryText<PostgreSQLSource>);
}

}  // namespace feast::python
