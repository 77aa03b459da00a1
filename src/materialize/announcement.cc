// What a run says of itself, on the command line and in Python.
#include <string>

#include "feast/materialization.h"
#include "materialize/moment_text.h"

namespace feast {

std::string Announcement(const MaterializeRequest& request, size_t views, const std::string& store) {
  const std::string from = request.start && !request.any_time ? " from " + MomentText(*request.start) : "";
  return "Materializing " + std::to_string(views) + " feature views" + from + " to " + MomentText(request.end) +
         " into the " + store + " online store.\n";
}

std::string Announcement(const MaterializeRequest& request, const ViewInterval& interval) {
  if (interval.is_behind()) {
    return interval.view + ": materialized up to " + MomentText(interval.start) + " already, nothing to do";
  }
  // Without a start each view has its own.
  const std::string from =
      request.start ? "" : " from " + MomentText(interval.start) + " to " + MomentText(interval.end);
  return interval.view + from + ":";
}

std::string KeysWritten(int64_t keys) { return std::to_string(keys) + (keys == 1 ? " key written" : " keys written"); }

}  // namespace feast
