// Sources whose rows arrive one by one: Kafka, Kinesis, push; and those of the request itself.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "data_formats.h"
#include "datetimes.h"
#include "plugin_source.h"
#include "source_arguments.h"
#include "types.h"

namespace feast::python {

namespace {

KafkaSource MakeKafka(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("KafkaSource", args, kwargs);
  KafkaSource source;
  source.bootstrap_servers = arguments.TextOrOld("kafka_bootstrap_servers", "bootstrap_servers");
  source.topic = arguments.Text("topic");
  source.message_format = StreamFormatArgument(arguments, "message_format");
  source.watermark_delay_threshold = arguments.Duration("watermark_delay_threshold");
  source.batch_source = SourceArgument(arguments, "batch_source", "a DataSource");
  TakeSourceArguments(arguments, source, "");
  arguments.Finish();
  return source;
}

KinesisSource MakeKinesis(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("KinesisSource", args, kwargs);
  KinesisSource source;
  source.region = arguments.Text("region");
  source.stream_name = arguments.Text("stream_name");
  if (!arguments.Has("record_format"))
    ThrowValueError("KinesisSource needs record_format=..., for example AvroFormat(schema_json=...).");
  source.record_format = StreamFormatArgument(arguments, "record_format");
  source.batch_source = SourceArgument(arguments, "batch_source", "a DataSource");
  TakeSourceArguments(arguments, source, "");
  arguments.Finish();
  return source;
}

PushSource MakePush(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("PushSource", args, kwargs);
  PushSource source;
  source.batch_source = SourceArgument(arguments, "batch_source", "a DataSource");
  // Up to 0.20 a push source had a schema of its own; its batch source says it now.
  if (!arguments.TakeOld("schema", "schema of the feature view").is_none() && !source.batch_source) {
    ThrowValueError("PushSource needs batch_source=..., where the history of what is pushed is kept.");
  }
  TakeSourceArguments(arguments, source, "");
  arguments.Finish();
  return source;
}

RequestSource MakeRequest(const nb::args& args, const nb::kwargs& kwargs) {
  Arguments arguments("RequestSource", args, kwargs);
  RequestSource source;
  nb::object schema = arguments.Take("schema");
  if (PyDict_Check(schema.ptr())) {
    WarnDeprecated("A dict as the schema of RequestSource is an old spelling; use a list of Field.");
    for (auto [name, type] : nb::cast<nb::dict>(schema)) {
      ValueType value_type = ValueType::kInvalid;
      source.schema.push_back(Field{nb::cast<std::string>(name), nb::try_cast(type, value_type)
                                                                     ? Type::Of(value_type)
                                                                     : TypeFromPython(type, "RequestSource's schema")});
    }
  } else if (schema.is_none()) {
    ThrowTypeError("RequestSource() needs the keyword argument 'schema': a list of Field.");
  } else {
    source.schema = arguments.Fields("schema");
  }
  TakeSourceArguments(arguments, source, "");
  arguments.Finish();
  return source;
}

/// The attribute groups that Feast's classes keep their options in.
nb::object Options(std::initializer_list<std::pair<const char*, nb::object>> values) {
  nb::dict keywords;
  for (const auto& [name, value] : values) keywords[name] = value;
  return nb::module_::import_("types").attr("SimpleNamespace")(**keywords);
}

}  // namespace

void BindStreamSources(nb::module_& module) {
  auto kafka = BindSource<KafkaSource>(module, "KafkaSource", &MakeKafka);
  DefineSource(kafka, "batch_source", &KafkaSource::batch_source);
  kafka.def_rw("topic", &KafkaSource::topic)
      .def_rw("bootstrap_servers", &KafkaSource::bootstrap_servers)
      .def_rw("kafka_bootstrap_servers", &KafkaSource::bootstrap_servers)
      .def_prop_ro("message_format", [](const KafkaSource& self) { return StreamFormatToPython(self.message_format); })
      .def_prop_ro("watermark_delay_threshold",
                   [](const KafkaSource& self) { return ToTimedelta(self.watermark_delay_threshold); })
      .def_prop_ro("kafka_options", [](const KafkaSource& self) {
        return Options({{"kafka_bootstrap_servers", nb::str(self.bootstrap_servers.c_str())},
                        {"topic", nb::str(self.topic.c_str())},
                        {"message_format", StreamFormatToPython(self.message_format)},
                        {"watermark_delay_threshold", ToTimedelta(self.watermark_delay_threshold)}});
      });
  auto kinesis = BindSource<KinesisSource>(module, "KinesisSource", &MakeKinesis);
  DefineSource(kinesis, "batch_source", &KinesisSource::batch_source);
  kinesis.def_rw("region", &KinesisSource::region)
      .def_rw("stream_name", &KinesisSource::stream_name)
      .def_prop_ro("record_format", [](const KinesisSource& self) { return StreamFormatToPython(self.record_format); })
      .def_prop_ro("kinesis_options", [](const KinesisSource& self) {
        return Options({{"region", nb::str(self.region.c_str())},
                        {"stream_name", nb::str(self.stream_name.c_str())},
                        {"record_format", StreamFormatToPython(self.record_format)}});
      });
  auto push = BindSource<PushSource>(module, "PushSource", &MakePush);
  DefineSource(push, "batch_source", &PushSource::batch_source);
  BindSource<RequestSource>(module, "RequestSource", &MakeRequest).def_rw("schema", &RequestSource::schema);
}

}  // namespace feast::python
