#include "datetimes.h"

#include <datetime.h>

#include <string>

#include "arguments.h"

namespace feast::python {

namespace {

/// Python's C interface to datetime keeps a table of functions in each file that uses it.
void LoadDatetime() {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
}

}  // namespace

nb::object ToDatetime(Timestamp moment, TimeZone zone) {
  if (moment == Timestamp{}) return nb::none();
  LoadDatetime();
  auto micros = std::chrono::floor<std::chrono::microseconds>(moment);
  auto day = std::chrono::floor<std::chrono::days>(micros);
  std::chrono::year_month_day date{day};
  std::chrono::hh_mm_ss time{micros - day};
  PyObject* zone_info = zone == TimeZone::kUtc ? PyDateTime_TimeZone_UTC : Py_None;
  PyObject* datetime = PyDateTimeAPI->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()), zone_info, PyDateTimeAPI->DateTimeType);
  if (datetime == nullptr) throw nb::python_error();
  return nb::steal(datetime);
}

Timestamp FromDatetime(nb::handle value) {
  if (value.is_none()) return Timestamp{};
  LoadDatetime();
  nb::object datetime = nb::borrow(value);
  nb::object datetime_class = nb::borrow(reinterpret_cast<PyObject*>(PyDateTimeAPI->DateTimeType));
  if (PyUnicode_Check(value.ptr())) datetime = datetime_class.attr("fromisoformat")(value);
  if (!PyDateTime_Check(datetime.ptr())) {
    ThrowTypeError("Expected a datetime, but got " + nb::cast<std::string>(nb::repr(value)));
  }
  nb::object zone = datetime.attr("tzinfo");
  if (!zone.is_none()) datetime = datetime.attr("astimezone")(nb::borrow(PyDateTime_TimeZone_UTC));
  PyObject* py = datetime.ptr();
  std::chrono::sys_days day =
      std::chrono::year(PyDateTime_GET_YEAR(py)) / PyDateTime_GET_MONTH(py) / PyDateTime_GET_DAY(py);
  int64_t nanoseconds = 0;  // pandas Timestamps have them.
  if (nb::hasattr(datetime, "nanosecond")) nanoseconds = nb::cast<int64_t>(datetime.attr("nanosecond"));
  return Timestamp(day) + std::chrono::hours(PyDateTime_DATE_GET_HOUR(py)) +
         std::chrono::minutes(PyDateTime_DATE_GET_MINUTE(py)) + std::chrono::seconds(PyDateTime_DATE_GET_SECOND(py)) +
         std::chrono::microseconds(PyDateTime_DATE_GET_MICROSECOND(py)) + std::chrono::nanoseconds(nanoseconds);
}

nb::object ToTimedelta(std::optional<std::chrono::microseconds> duration) {
  if (!duration) return nb::none();
  LoadDatetime();
  auto days = std::chrono::floor<std::chrono::days>(*duration);
  auto rest = *duration - days;
  auto seconds = std::chrono::floor<std::chrono::seconds>(rest);
  PyObject* delta = PyDelta_FromDSU(static_cast<int>(days.count()), static_cast<int>(seconds.count()),
                                    static_cast<int>((rest - seconds).count()));
  if (delta == nullptr) throw nb::python_error();
  return nb::steal(delta);
}

}  // namespace feast::python
