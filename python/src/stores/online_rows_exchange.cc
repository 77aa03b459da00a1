#include "online_rows_exchange.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/array/builder_binary.h"

namespace feast::python {

namespace {

using Micros = std::chrono::microseconds;

int64_t MicrosOf(Timestamp moment) { return std::chrono::floor<Micros>(moment).time_since_epoch().count(); }

Timestamp MomentOfMicros(nb::handle number) {
  constexpr auto kFirst = std::chrono::ceil<Micros>(Timestamp::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<Micros>(Timestamp::max().time_since_epoch());
  return Timestamp(std::clamp(Micros(nb::cast<int64_t>(number)), kFirst, kLast));
}

nb::bytes BytesOf(std::string_view text) { return nb::bytes(text.data(), text.size()); }

std::string_view ViewOf(nb::handle object) {
  const auto bytes = nb::cast<nb::bytes>(object);
  return {bytes.c_str(), bytes.size()};
}

}  // namespace

nb::list BytesList(const std::vector<std::string>& texts) {
  nb::list list;
  for (const std::string& text : texts) list.append(BytesOf(text));
  return list;
}

nb::tuple RowsToPython(const OnlineRows& rows) {
  nb::list columns, times, created;
  for (const auto& values : rows.values) {
    nb::list column;
    for (int64_t row = 0; row < values->length(); ++row) column.append(BytesOf(values->GetView(row)));
    columns.append(column);
  }
  for (size_t row = 0; row < rows.keys.size(); ++row) {
    times.append(MicrosOf(rows.event_times[row]));
    const bool is_created = !rows.created_times.empty() && rows.created_times[row];
    created.append(is_created ? nb::object(nb::int_(MicrosOf(*rows.created_times[row]))) : nb::none());
  }
  return nb::make_tuple(BytesList(rows.keys), columns, times, created);
}

arrow::Result<OnlineRows> RowsFromPython(const std::vector<std::string>& features, nb::handle keys, nb::handle columns,
                                         nb::handle times, nb::handle created) {
  OnlineRows rows;
  rows.features = features;
  for (nb::handle key : keys) rows.keys.emplace_back(ViewOf(key));
  for (nb::handle time : times) rows.event_times.push_back(MomentOfMicros(time));
  for (nb::handle moment : created) {
    rows.created_times.emplace_back();
    if (!moment.is_none()) rows.created_times.back() = MomentOfMicros(moment);
  }
  for (nb::handle column : columns) {
    arrow::BinaryBuilder values;
    for (nb::handle value : column) ARROW_RETURN_NOT_OK(values.Append(ViewOf(value)));
    std::shared_ptr<arrow::BinaryArray> array;
    ARROW_RETURN_NOT_OK(values.Finish(&array));
    rows.values.push_back(std::move(array));
  }
  const size_t count = rows.keys.size();
  bool fits =
      rows.event_times.size() == count && rows.created_times.size() == count && rows.values.size() == features.size();
  for (const auto& values : rows.values) fits = fits && static_cast<size_t>(values->length()) == count;
  if (!fits)
    return arrow::Status::Invalid("Rows for the online store differ in how many keys, times and values they have");
  return rows;
}

nb::list AnswerToPython(const OnlineAnswer& answer, size_t keys, size_t features) {
  nb::list rows;
  for (size_t key = 0; key < keys; ++key) {
    if (!answer.event_time(key)) {
      rows.append(nb::none());
      continue;
    }
    nb::list values;
    for (size_t feature = 0; feature < features; ++feature) {
      const auto value = answer.value(key, feature);
      values.append(value ? nb::object(BytesOf(*value)) : nb::none());
    }
    rows.append(nb::make_tuple(MicrosOf(*answer.event_time(key)), values));
  }
  return rows;
}

void AnswerFromPython(nb::handle rows, size_t features, OnlineAnswer* answer) {
  size_t key = 0;
  for (nb::handle row : rows) {
    if (!row.is_none()) {
      answer->SetEventTime(key, MomentOfMicros(row[0]));
      for (size_t feature = 0; feature < features; ++feature) {
        const nb::object value = row[1][feature];
        if (!value.is_none()) answer->SetValue(key, feature, ViewOf(value));
      }
    }
    ++key;
  }
}

}  // namespace feast::python
