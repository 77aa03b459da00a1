#include "plan/render/render_markdown.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "plan/impact.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast {

namespace {

constexpr size_t kCommentBytesMax = 60000;
constexpr size_t kDetailBytesMax = 8000;
constexpr size_t kAffectedShownMax = 10;

/// Text that names and values cannot break out of.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : EscapeControls(Redacted(text))) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      if (std::string_view("\\`*_[]|#@!~").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

/// In <pre>, where only HTML means something.
std::string EscapedHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return out;
}

std::string Cut(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return text.substr(0, end) + "…";
}

std::string ChangeLine(const ObjectChange& change) {
  std::string line = "- ";
  if (change.severity == Severity::kBreaking) line += "**BREAKING** ";
  if (change.severity == Severity::kRisky) line += "**risky** ";
  line += std::string(ActionName(change.action)) + " " + std::string(ObjectKindName(change.kind)) + " **" +
          Escaped(change.name) + "**";
  if (!change.looks_like.empty()) line += " (looks like a rename of " + Escaped(change.looks_like) + ")";
  line += "\n";
  for (const auto& impact : change.impacts) {
    line += "  - " + std::string(SeverityName(impact.severity)) + ": " +
            Escaped(impact.reason + TouchedBy(impact, kAffectedShownMax)) + "\n";
  }
  return line;
}

/// Text of several lines stays so; none of them can be taken for a command of the runner.
std::string Indented(const std::string& text) {
  std::string out;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    out += (start == 0 ? "" : "\n  | ") + PrintableText(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::string FieldLines(const ObjectChange& change) {
  std::string lines = std::string(ObjectKindName(change.kind)) + " " + PrintableText(Redacted(change.name)) + "\n";
  for (const auto& field : change.fields) {
    lines += "  " + PrintableText(field.path) + ": " + Indented(field.before) + " -> " + Indented(field.after) + "\n";
  }
  return lines;
}

std::string Folded(const std::string& title, const std::string& lines) {
  return "\n<details><summary>" + title + "</summary>\n\n<pre>\n" + EscapedHtml(Cut(lines, kDetailBytesMax)) +
         "</pre>\n\n</details>\n";
}

/// In the data of a workflow command; and in its properties.
std::string CommandText(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (is_property && c == ':') {
      out += "%3A";
    } else if (is_property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

/// Relative to the checkout, as GitHub wants it.
std::string AnnotatedFile(const std::string& file) {
  const char* workspace = std::getenv("GITHUB_WORKSPACE");
  if (workspace == nullptr || *workspace == '\0') return file;
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(file, error).lexically_normal();
  const std::filesystem::path relative = path.lexically_relative(workspace);
  return error || relative.empty() || relative.string().starts_with("..") ? file : relative.string();
}

/// `command` is one of GitHub's: error, warning, notice.
std::string Annotation(const char* command, const ObjectChange& change, const std::string& title,
                       const std::string& message) {
  std::string properties;
  if (!change.origin.file.empty()) {
    properties = "file=" + CommandText(PrintableText(AnnotatedFile(change.origin.file)), true) +
                 ",line=" + std::to_string(change.origin.line) + ",";
  }
  const std::string object = std::string(ObjectKindName(change.kind)) + " " + PrintableText(Redacted(change.name));
  return "::" + std::string(command) + " " + properties + "title=" + title +
         "::" + CommandText(object + ": " + PrintableText(message), false) + "\n";
}

std::string Annotations(const ObjectChange& change) {
  if (change.impacts.empty())
    return Annotation("notice", change, "Safe change", std::string(ActionName(change.action)));
  std::string text;
  for (const auto& impact : change.impacts) {
    const bool breaking = impact.severity == Severity::kBreaking;
    text += Annotation(breaking ? "error" : "warning", change, breaking ? "Breaking change" : "Risky change",
                       impact.reason + TouchedBy(impact, kAffectedShownMax));
  }
  return text;
}

}  // namespace

std::string RenderPlanMarkdown(const Plan& plan) {
  std::string text = "<!-- feast-plan: " + EscapedHtml(PrintableText(plan.project)) + " -->\n### Feast plan for " +
                     Escaped(plan.project) + ": " + (plan.empty() ? "no changes" : plan.Summary()) + "\n\n";
  for (const auto& warning : plan.warnings) text += "> " + Escaped(warning) + "\n\n";
  if (!plan.against.empty()) text += "Compared with " + Escaped(plan.against) + "\n\n";
  std::vector<const ObjectChange*> ordered;
  for (const auto severity : {Severity::kBreaking, Severity::kRisky, Severity::kSafe}) {
    for (const auto& change : plan.changes) {
      if (change.severity == severity) ordered.push_back(&change);
    }
  }
  std::string fields, infra;
  size_t shown = 0;
  for (; shown < ordered.size(); ++shown) {
    const std::string line = ChangeLine(*ordered[shown]);
    if (text.size() + line.size() + 2 * kDetailBytesMax > kCommentBytesMax) break;
    text += line;
    if (!ordered[shown]->fields.empty()) fields += FieldLines(*ordered[shown]);
  }
  if (shown < ordered.size()) text += "- and " + std::to_string(ordered.size() - shown) + " more\n";
  for (const auto& change : plan.infra_changes) {
    infra += std::string(ActionName(change.action)) + " " + PrintableText(change.type + " " + change.name) + "\n";
  }
  if (!fields.empty()) text += Folded("Changed fields", fields);
  if (!infra.empty()) text += Folded("Infrastructure (" + std::to_string(plan.infra_changes.size()) + ")", infra);
  return text;
}

std::string RenderPlanAnnotations(const Plan& plan) {
  std::string text;
  for (const auto& change : plan.changes) text += Annotations(change);
  for (const auto& warning : plan.warnings) {
    text += "::warning title=Feast plan::" + CommandText(PrintableText(warning), false) + "\n";
  }
  return text + "::notice title=Feast plan for " + CommandText(PrintableText(plan.project), true) +
         "::" + CommandText(plan.Summary(), false) + "\n";
}

}  // namespace feast
