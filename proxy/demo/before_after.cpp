#include "proxy/demo/before_after.hpp"

#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "policies/catalog.hpp"
#include "policies/envelope.hpp"
#include "proxy/demo/printable.hpp"

namespace errata {

namespace {

constexpr std::chrono::milliseconds after_patience{10'000};

// An answer that does not begin within this time is not waited for: the silence is the point.
constexpr std::chrono::milliseconds silence{1500};

constexpr std::size_t name_columns = 18;
constexpr std::size_t kind_columns = 28;
constexpr std::string_view no_number = "---";

std::string_view member(const boost::json::value& error, std::string_view name) {
  const auto* found = error.is_object() ? error.get_object().if_contains(name) : nullptr;
  return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

std::string number(unsigned status) {
  if (status == 0) return std::string(no_number);
  auto digits = std::to_string(status);
  return digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
}

std::string size_text(std::size_t bytes) {
  return bytes < 10'000 ? std::to_string(bytes) + " bytes" : std::to_string(bytes / 1024) + " KiB";
}

std::string left_column(std::string_view text) {
  return padded(clipped(text, name_columns), name_columns) + " ";
}

std::string kind_column(std::string_view text) {
  return padded(clipped(text, kind_columns), kind_columns) + " ";
}

std::string before_text(const comparison& made) {
  const auto& got = made.before;
  if (made.asked.legacy_path.empty()) return std::string(no_number) + " " + made.asked.title;
  if (got.status == 0) {
    auto text = std::string(no_number) + " " + got.failure;
    if (!got.raw.empty()) text += ": " + printable(got.raw, table_columns);
    return text;
  }
  const auto type = got.value("Content-Type");
  auto text = number(got.status) + " " + (type.empty() ? "no type" : printable(type, 40));
  text = kind_column(text);
  if (!got.failure.empty()) return text + got.failure;
  if (got.body.empty()) return text + "(empty)";
  const auto coding = got.value("Content-Encoding");
  if (!coding.empty()) return text + size_text(got.body.size()) + " of " + printable(coding, 20);
  return text + printable(got.body, table_columns);
}

// The fields of an error that a client acts upon.
std::string kept_fields(const fetched& got) {
  std::string text;
  for (const auto name : {"WWW-Authenticate", "Allow", "Set-Cookie"}) {
    const auto count = got.count(name);
    if (count == 0) continue;
    text.append(text.empty() ? " (with " : ", ").append(name);
    if (count > 1) text.append(" x").append(std::to_string(count));
  }
  if (const auto wait = got.value("Retry-After"); !wait.empty())
    text.append(text.empty() ? " (" : ", ").append("retry after ").append(wait).append(" s");
  return text.empty() ? text : text + ")";
}

std::string envelope_text(const fetched& got) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(got.body, error);
  if (error || !parsed.is_object()) return number(got.status) + " " + printable(got.body, 80);
  const auto* inner = parsed.get_object().if_contains("error");
  const boost::json::value none;
  const auto& e = inner ? *inner : none;
  const auto kind = number(got.status) + " " + std::string(member(e, "type"));
  auto text = kind_column(kind) + std::string(member(e, "code"));
  if (const auto param = member(e, "param"); !param.empty())
    text.append(" [").append(printable(param, 40)).append("]");
  text += kept_fields(got);
  return text.append(": ").append(printable(member(e, "message"), table_columns));
}

std::string after_text(const comparison& made) {
  const auto& got = made.after;
  if (got.status == 0) return std::string(no_number) + " " + got.failure;
  if (made.asked.after == promised::untouched)
    return kind_column(number(got.status) + " untouched") + size_text(got.body.size()) +
           ", byte for byte";
  if (got.status < 400 && !got.failure.empty())
    return kind_column(number(got.status) + " visibly broken") + got.failure;
  return envelope_text(got);
}

std::string not_an_envelope(const fetched& got) {
  if (!got.failure.empty()) return got.failure;
  if (got.status < 400) return "status " + number(got.status) + " is no error";
  if (got.value("Content-Type") != "application/json") return "the type is not application/json";
  if (got.value("Content-Length").empty()) return "no Content-Length";
  if ((got.status == 429 || got.status == 503) && got.value("Retry-After").empty())
    return "no Retry-After";
  if (!is_canonical(got.body, got.status, catalog::built_in())) return "the body is not canonical";
  return {};
}

std::string not_untouched(const fetched& before, const fetched& after) {
  if (!after.failure.empty()) return after.failure;
  if (after.status != before.status) return "the status is not the one that was sent";
  if (after.body != before.body) return "the body is not the one that was sent";
  if (after.value("Content-Type") != before.value("Content-Type")) return "the type has changed";
  if (after.value("ETag") != before.value("ETag")) return "the ETag has changed";
  return {};
}

}  // namespace

std::vector<demo_case> demo_cases() {
  std::vector<demo_case> cases;
  for (const auto& one : legacy_answers()) {
    if (one.path == "/limited") continue;
    demo_case made{one.group, one.title, one.path, one.path, one.after};
    if (one.steps.front().pause > silence) made.patience = silence;
    cases.push_back(std::move(made));
  }
  constexpr std::string_view own = "errata's own answers, and two modes of a route";
  using enum promised;
  cases.push_back(
      {own, "more than three requests at once", "/limited", "/limited", envelope, 429, 20});
  cases.push_back(
      {own, "nobody listens at the upstream's port", "", "/unreachable", envelope, 503});
  cases.push_back({own, "a route that only responds", "", "/retired", envelope, 410});
  cases.push_back(
      {own, "strict: 405 becomes 400", "/empty-405", "/strict/empty-405", envelope, 400});
  cases.push_back(
      {own, "shadow: looked at, not changed", "/spring-500", "/shadow/spring-500", untouched, 500});
  return cases;
}

comparison compare(const demo_case& asked, std::uint16_t legacy_port, std::uint16_t errata_port) {
  comparison made{asked, {}, {}};
  if (!asked.legacy_path.empty())
    made.before = fetch(legacy_port, asked.legacy_path, asked.patience);
  for (unsigned i = 0; i < asked.tries && (i == 0 || made.after.status != asked.status); ++i)
    made.after = fetch(errata_port, asked.path, after_patience);
  return made;
}

std::string broken_promise(const comparison& made) {
  const auto& after = made.after;
  if (after.status == 0) return after.failure;
  if (after.count("X-Request-Id") != 1) return "not exactly one X-Request-Id";
  if (made.asked.status != 0 && after.status != made.asked.status)
    return "status " + number(after.status) + " instead of " + number(made.asked.status);
  switch (made.asked.after) {
    case promised::envelope:
      return not_an_envelope(after);
    case promised::untouched:
      return not_untouched(made.before, after);
    case promised::broken:
      if (after.status < 400)
        return after.failure.empty() ? "a cut-off success looks whole" : std::string();
      return not_an_envelope(after);
  }
  return {};
}

std::string table_entry(const comparison& made, bool colour) {
  constexpr std::string_view faint = "\x1b[2m";
  constexpr std::string_view plain = "\x1b[0m";
  constexpr std::string_view red = "\x1b[31m";
  std::string out;
  const auto line = [&](std::string_view left, const std::string& text, std::string_view style) {
    const auto whole = clipped(left_column(left) + text, table_columns);
    if (colour && style != plain)
      out.append(style).append(whole).append(plain);
    else
      out.append(whole);
    out += '\n';
  };
  line(made.asked.path, before_text(made), faint);
  const auto [first, rest] = broken_line(after_text(made), table_columns - name_columns - 1);
  line("              -->", first, plain);
  if (!rest.empty()) line("", std::string(kind_columns + 1, ' ') + rest, plain);
  if (const auto wrong = broken_promise(made); !wrong.empty())
    line("           BROKEN", wrong, red);
  return out;
}

}  // namespace errata
