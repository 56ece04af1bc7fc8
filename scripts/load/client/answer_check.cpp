#include "scripts/load/client/answer_check.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "scripts/load/bodies.hpp"

namespace errata::load {
namespace {

namespace json = boost::json;

bool is_snake_case(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view{};
}

}  // namespace

answer_check::answer_check(const options& wanted)
    : wanted_(wanted),
      success_(success_body(wanted.size)),
      echoes_(wanted.path.ends_with("?echo") && wanted.ids) {}

std::string_view answer_check::problem_of(const response_reader& answer,
                                          std::string_view id) const {
  const auto& fine = wanted_.statuses;
  if (std::find(fine.begin(), fine.end(), answer.status()) == fine.end()) return "status";
  if (!wanted_.check) return {};
  if (answer.count("x-request-id") != 1) return "not exactly one request id";
  const std::string_view got = answer.value("x-request-id");
  if (id.empty() ? got.size() < 16 : got != id) return "request id";
  if (answer.status() >= 400) return problem_of_envelope(answer, id);
  if (answer.body() != success_) return "body";
  if (echoes_) {
    const std::string_view saw = answer.value("x-origin-saw");
    if (!saw.starts_with(id)) return "request id at the origin";
    if (saw.find("without-") != std::string_view::npos) return "forwarded fields at the origin";
  }
  return {};
}

std::string_view answer_check::problem_of_envelope(const response_reader& answer,
                                                   std::string_view id) const {
  if (!answer.value("content-type").starts_with("application/json")) return "content type";
  boost::system::error_code error;
  const json::value parsed = json::parse(answer.body(), error);
  if (error || !parsed.is_object() || parsed.get_object().size() != 1) return "no envelope";
  const json::value* inner = parsed.get_object().if_contains("error");
  if (inner == nullptr || !inner->is_object()) return "no envelope";
  for (const auto& member : inner->get_object()) {
    const std::string_view name = member.key();
    if (name != "type" && name != "message" && name != "code" && name != "param" &&
        name != "doc_url") {
      return "a foreign member in the envelope";
    }
  }
  const auto& members = inner->get_object();
  const std::string_view message = text_of(members, "message");
  if (!is_snake_case(text_of(members, "type")) || !is_snake_case(text_of(members, "code")) ||
      message.empty()) {
    return "a member of the envelope";
  }
  if (message.find(wanted_.message) == std::string_view::npos) return "message";
  if (echoes_ && message.find(id.substr(id.size() - 6)) == std::string_view::npos) {
    return "request id at the origin";
  }
  return {};
}

void wrong_answers::add(std::string_view problem, std::string_view sample) {
  ++count_;
  one& kind = kinds_[std::string(problem)];
  if (kind.count++ == 0) kind.sample = sample.substr(0, 600);
}

std::string wrong_answers::json() const {
  json::object all;
  for (const auto& [problem, kind] : kinds_) {
    all[problem] = json::array{kind.count, kind.sample};
  }
  return json::serialize(all);
}

}  // namespace errata::load
