#include "plan/render/render_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "plan/impact.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast {

namespace {

constexpr std::string_view kGreen = "\033[92m", kYellow = "\033[93m", kRed = "\033[91m", kBlue = "\033[94m",
                           kReset = "\033[0m";

std::string_view PastAction(Action action) {
  return action == Action::kCreate ? "Created" : action == Action::kUpdate ? "Updated" : "Deleted";
}

std::string_view ActionColor(Action action) {
  return action == Action::kCreate ? kGreen : action == Action::kUpdate ? kYellow : kRed;
}

std::string Line(Action action, std::string_view kind, std::string_view name, bool color) {
  std::string line(PastAction(action));
  line.append(" ").append(kind).append(" ");
  if (color) line.append(ActionColor(action));
  line.append(PrintableText(Redacted(name)));
  if (color) line.append(kReset);
  return line + "\n";
}

std::string Nothing(std::string_view text, bool color) {
  return color ? std::string(kBlue).append(text).append(kReset).append("\n") : std::string(text).append("\n");
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

/// Lines only in one of the two texts, in order, by the longest common subsequence.
std::string LineDifferences(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::vector<std::vector<int>> common(before.size() + 1, std::vector<int>(after.size() + 1, 0));
  for (size_t i = before.size(); i-- > 0;) {
    for (size_t j = after.size(); j-- > 0;) {
      common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string text;
  size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      ++i, ++j;
    } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
      text += "\t\t- " + PrintableText(before[i++]) + "\n";
    } else {
      text += "\t\t+ " + PrintableText(after[j++]) + "\n";
    }
  }
  return text;
}

/// Longer texts are only counted: comparing them line by line would take long and help nobody.
constexpr size_t kLinesComparedMax = 1000;

std::string FieldLines(const FieldChange& field) {
  const bool is_text = field.before.find('\n') != std::string::npos || field.after.find('\n') != std::string::npos;
  if (is_text) {
    const auto before = Lines(field.before), after = Lines(field.after);
    const std::string heading = "\t" + PrintableText(field.path) + ":";
    if (before.size() > kLinesComparedMax || after.size() > kLinesComparedMax) {
      return heading + " " + std::to_string(before.size()) + " lines -> " + std::to_string(after.size()) + " lines\n";
    }
    return heading + "\n" + LineDifferences(before, after);
  }
  return "\t" + PrintableText(field.path + ": " + field.before + " -> " + field.after) + "\n";
}

constexpr size_t kAffectedInLineMax = 10;

std::string ImpactLine(const Impact& impact, bool color) {
  const bool breaking = impact.severity == Severity::kBreaking;
  std::string line = "\t";
  if (color) line.append(breaking ? kRed : kYellow);
  line.append(breaking ? "BREAKING" : "RISKY");
  if (color) line.append(kReset);
  return line + ": " + PrintableText(impact.reason + TouchedBy(impact, kAffectedInLineMax)) + "\n";
}

}  // namespace

std::string RenderObjectsText(const Plan& plan, bool color) {
  std::string text;
  for (const auto& change : plan.changes) {
    text += Line(change.action, ObjectKindName(change.kind), change.name, color);
    for (const auto& field : change.fields) text += FieldLines(field);
    for (const auto& impact : change.impacts) text += ImpactLine(impact, color);
    if (!change.looks_like.empty()) {
      text += "\tlooks like a rename of '" + PrintableText(Redacted(change.looks_like)) + "', which this deletes\n";
    }
  }
  if (plan.changes.empty()) text += Nothing("No changes to registry", color);
  return text;
}

std::string RenderInfraText(const Plan& plan, bool color) {
  std::string text;
  for (const auto& change : plan.infra_changes) text += Line(change.action, change.type, change.name, color);
  if (plan.infra_changes.empty()) text += Nothing("No changes to infrastructure", color);
  return text;
}

std::string RenderPlanText(const Plan& plan, bool color) {
  if (!plan.against.empty()) {
    return "Compared with " + PrintableText(plan.against) + "\n\n" + RenderObjectsText(plan, color) + "\n" +
           plan.Summary() + "\n";
  }
  return RenderObjectsText(plan, color) + "\n" + RenderInfraText(plan, color) + "\n" + plan.Summary() + "\n";
}

}  // namespace feast
