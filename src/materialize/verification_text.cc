// What a verification says of a view, on the command line and in Python.
#include <string>

#include "feast/verification.h"
#include "materialize/moment_text.h"
#include "text/printable_text.h"

namespace feast {

namespace {

/// "99.8 %", cut, so that 100 % means all.
std::string Share(int64_t part, int64_t whole) {
  const int64_t thousandths = part * 1000 / whole;
  return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + " %";
}

std::string Keys(int64_t count) { return std::to_string(count) + (count == 1 ? " key" : " keys"); }

std::string LineOf(const FeatureVerification& feature) {
  const int64_t compared = feature.agreeing + feature.differing;
  const std::string counts = std::to_string(feature.agreeing) + " of " + std::to_string(compared) + " agree";
  return "  " + feature.feature + ": " + counts + (compared > 0 ? ", " + Share(feature.agreeing, compared) : "");
}

std::string LineOf(const OnlineDifference& difference) {
  const std::string of = difference.key.empty() ? "" : " of " + difference.key;
  const std::string moment = difference.online_event_time ? " (" + MomentText(*difference.online_event_time) + ")" : "";
  return "  " + difference.feature + of + ": online " + difference.online + moment + ", offline " + difference.offline +
         " (" + MomentText(difference.offline_event_time) + ")";
}

}  // namespace

std::string VerificationText(const ViewVerification& view) {
  if (!view.as_of) return PrintableText(view.view + ": never materialized, so there is nothing to compare") + "\n";
  std::string text = view.view + " as of " + MomentText(*view.as_of) + ": " + Keys(view.keys);
  if (view.keys_missing > 0) text += ", " + std::to_string(view.keys_missing) + " not online";
  if (view.keys_newer > 0) text += ", " + std::to_string(view.keys_newer) + " newer online and not compared";
  std::string shown = PrintableText(text) + "\n";
  const auto add = [&](const std::string& line) { shown += PrintableText(line) + "\n"; };
  for (const FeatureVerification& feature : view.features) add(LineOf(feature));
  if (!view.examples.empty()) shown += "  For example:\n";
  for (const OnlineDifference& difference : view.examples) add("  " + LineOf(difference));
  return shown;
}

}  // namespace feast
