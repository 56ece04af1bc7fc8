#include "policies/catalog_reader_row.hpp"

#include <algorithm>
#include <boost/json/value.hpp>

#include "policies/envelope.hpp"
#include "policies/json_position.hpp"

namespace errata {
namespace {

namespace json = boost::json;

bool is_reference_status(std::int64_t status) {
  return std::any_of(std::begin(reference_statuses), std::end(reference_statuses),
                     [status](unsigned s) { return s == status; });
}

bool is_plain_text(std::string_view text, std::size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return u >= 0x20 && u != 0x7F;
         });
}

class row_reader {
 public:
  row_reader(const json::object& object, const std::string& pointer,
             std::vector<catalog_problem>& problems)
      : object_(object), pointer_(pointer), problems_(problems) {}

  template <class Check>
  void text(std::string_view key, std::string& out, Check&& good, std::string_view rule) {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) return;
    if (value->is_string() && good(std::string_view(value->get_string()))) {
      out = value->get_string();
    } else {
      problem(key, std::string(rule));
    }
  }

  void retry(catalog_row& row) {
    std::string advice;
    text(
        "retry", advice,
        [](std::string_view s) { return s == "no" || s == "yes" || s == "if_idempotent"; },
        "must be \"no\", \"yes\" or \"if_idempotent\"");
    if (advice == "no") row.retry = retry_advice::no;
    if (advice == "yes") row.retry = retry_advice::yes;
    if (advice == "if_idempotent") row.retry = retry_advice::if_idempotent;
  }

  void strict(catalog_row& row) {
    if (const json::value* strict = object_.if_contains("strict")) {
      if (strict->is_int64() && is_reference_status(strict->get_int64())) {
        row.strict = static_cast<unsigned>(strict->get_int64());
      } else {
        problem("strict", "must be 400, 401, 403, 404, 409, 422, 429, 500 or 503");
      }
    }
    if (const json::value* safe = object_.if_contains("strict_503_if_safe")) {
      if (safe->is_bool()) {
        row.strict_503_if_safe = safe->get_bool();
      } else {
        problem("strict_503_if_safe", "must be true or false");
      }
    }
  }

 private:
  void problem(std::string_view key, std::string message) {
    problems_.push_back({pointer_to(pointer_, key), std::move(message)});
  }

  const json::object& object_;
  const std::string& pointer_;
  std::vector<catalog_problem>& problems_;
};

}  // namespace

void read_catalog_row(const json::object& object, const std::string& pointer,
                      const std::vector<std::string>& types, catalog_row& row,
                      std::vector<catalog_problem>& problems) {
  row_reader in(object, pointer, problems);
  in.text(
      "type", row.type,
      [&types](std::string_view s) {
        return std::find(types.begin(), types.end(), s) != types.end();
      },
      "must be one of /types");
  const std::string code_before = row.code;
  in.text("code", row.code, is_code,
          "must be 2 to 63 of a-z, 0-9 and single underscores, starting with a letter");
  if (row.code != code_before) row.description.clear();
  in.text(
      "message", row.message,
      [](std::string_view s) { return is_plain_text(s, max_message_bytes); },
      "must be 1 to 512 bytes without control characters");
  in.text(
      "description", row.description,
      [](std::string_view s) { return is_plain_text(s, max_description_bytes); },
      "must be 1 to 2000 bytes without control characters");
  in.retry(row);
  in.strict(row);
}

void check_catalog_row(const std::string& pointer, const catalog_row& row, bool strict_given,
                       std::vector<catalog_problem>& problems) {
  const auto problem = [&](std::string_view key, std::string message) {
    problems.push_back({pointer_to(pointer, key), std::move(message)});
  };
  if (row.type.empty()) problem("type", "is missing");
  if (row.code.empty()) problem("code", "is missing");
  if (row.message.empty()) problem("message", "is missing");
  if (!strict_given) return problem("strict", "is missing");
  if (row.strict / 100 != row.status / 100) {
    problem("strict", "must be of the same class as the status, 4xx or 5xx");
  }
  if (row.strict_503_if_safe && row.status < 500) {
    problem("strict_503_if_safe", "is only for 5xx");
  }
}

}  // namespace errata
