#include "proxy/cli/explain_text.hpp"

#include <algorithm>

#include "proxy/demo/printable.hpp"

namespace errata {
namespace {

constexpr std::size_t label_columns = 12;
constexpr std::size_t text_columns = 160;  // of something found; the answer is shown whole

struct style {
  std::string_view bold;
  std::string_view dim;
  std::string_view good;
  std::string_view bad;
  std::string_view end;
};
constexpr style plain;
constexpr style coloured{"\x1B[1m", "\x1B[2m", "\x1B[32m", "\x1B[33m", "\x1B[0m"};

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

std::string quoted(std::string_view bytes) {
  return '"' + clipped(printable(bytes, text_columns), text_columns) + '"';
}

std::string join(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

// Writes label and text in two columns.
class sheet {
 public:
  explicit sheet(const style& s) : style_(s) {}

  void title(const std::string& source, std::string_view verdict, bool good) {
    out_.append(style_.bold).append(source).append(style_.end).append(": ");
    out_.append(good ? style_.good : style_.bad).append(verdict).append(style_.end).append("\n");
  }
  // The label stands only before the first of several lines that have it.
  void line(std::string_view label, const std::string& text) {
    const std::string_view shown = label == last_ ? std::string_view() : label;
    last_ = label;
    if (text.empty() && shown.empty()) {
      out_ += '\n';
      return;
    }
    out_.append("  ").append(style_.dim).append(padded(shown, label_columns)).append(style_.end);
    out_.append(text).append("\n");
  }
  std::string take() { return std::move(out_); }

 private:
  const style& style_;
  std::string out_;
  std::string_view last_;
};

void tell_recorded(const capture& c, sheet& out) {
  std::string text = printable(c.method, 20) + " answered by " + std::to_string(c.status);
  if (!c.reason.empty()) text += ' ' + printable(c.reason, 60);
  out.line("recorded", text + ", " + counted(c.body.size(), "byte") +
                           (c.truncated ? ", and then it broke off" : ""));
  for (const capture_field& f : c.fields) {
    if (iequals(f.name, "content-type") || iequals(f.name, "content-encoding")) {
      out.line("recorded", printable(f.name, 60) + ": " + printable(f.value, text_columns));
    }
  }
  for (const std::string& note : c.notes) out.line("note", printable(note, text_columns));
}

void tell_body(const explained& e, sheet& out) {
  const explanation& why = e.why;
  if (!why.inspected) return;
  std::vector<std::string> parts;
  if (why.decoding == decode_status::opaque) {
    parts.emplace_back("in a content coding that could not be undone");
  } else {
    parts.push_back(why.had_coding ? "content coding undone" : "no content coding");
    if (!why.charset.empty()) parts.emplace_back(why.charset);
    // An envelope is known before anything else is looked for.
    if (e.handled == handling::rewritten) parts.emplace_back(kind_name(why.kind));
    if (why.decoding == decode_status::cut) parts.emplace_back("cut short");
  }
  out.line("body", join(parts));
}

std::string removed_text(const leak_counts& removed) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : by_kind(removed)) {
    parts.push_back(std::string(kind) + " " + std::to_string(count));
  }
  return join(parts);
}

void tell_found(std::string_view label, const considered& c, sheet& out) {
  out.line(label, quoted(c.text));
  const std::string removed = removed_text(c.removed);
  out.line(label, "  " + (c.origin.empty() ? "" : "from " + printable(c.origin, 80) + ": ") +
                      std::string(fate_text(c.outcome)) +
                      (removed.empty() ? "" : "; scrubbed: " + removed));
}

void tell_fields(std::string_view label, const std::vector<capture_field>& fields, sheet& out) {
  for (const capture_field& f : fields) out.line(label, escaped(f.name + ": " + f.value));
}

void tell_answer(const explained& e, sheet& out) {
  const std::string_view label = e.mode == normalize_mode::shadow ? "would send" : "sends";
  std::string_view head = e.head;
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    out.line(label, escaped(head.substr(0, end)));
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  if (e.recorded.method == "HEAD") return;
  out.line(label, "");
  out.line(label, escaped(e.answer.body));
}

void tell_rewritten(const explained& e, sheet& out) {
  for (const considered& c : e.why.messages) tell_found("message", c, out);
  if (e.answer.default_message) out.line("message", "the catalog's");
  if (!e.why.code.text.empty()) tell_found("code", e.why.code, out);
  if (e.answer.default_code) out.line("code", "the catalog's");
  if (!e.why.param.text.empty()) tell_found("param", e.why.param, out);
  const std::string removed = removed_text(e.answer.scrubbed);
  if (!removed.empty()) out.line("scrubbed", removed);
  tell_fields("kept", e.kept, out);
  tell_fields("dropped", e.dropped, out);
  tell_fields("added", e.added, out);
  tell_answer(e, out);
}

std::string verdict_of(const explained& e) {
  switch (e.handled) {
    case handling::passes:
      return "passes as it came: " + std::string(e.why_it_passes);
    case handling::untouched:
      return "left alone: it is the envelope already";
    case handling::rewritten:
      break;
  }
  std::string text = e.mode == normalize_mode::shadow ? "would be rewritten" : "rewritten";
  for (std::size_t i = 0; i < e.defaults.size(); ++i) {
    text.append(i == 0 ? ", with the catalog's " : " and ").append(e.defaults[i]);
  }
  return text;
}

}  // namespace

std::string explain_text(const explained& e, bool colour) {
  sheet out(colour ? coloured : plain);
  out.title(escaped(e.source), verdict_of(e), !e.fell_back());
  tell_recorded(e.recorded, out);
  if (e.handled != handling::passes) {
    tell_body(e, out);
    std::string text(e.answer.shape);
    if (!e.why.reason.empty()) text.append(": ").append(e.why.reason);
    out.line("recognised", text);
  }
  if (e.handled == handling::rewritten) tell_rewritten(e, out);
  return out.take();
}

}  // namespace errata
