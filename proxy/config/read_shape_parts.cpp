#include "proxy/config/read_shape_parts.hpp"

#include <boost/json.hpp>

#include "policies/envelope.hpp"
#include "policies/message.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr entry_rule status_list{1, 16, "[\"404\", \"5xx\"]"};
constexpr entry_rule type_list{1, 16, "[\"text/xml\", \"application/*+xml\"]"};
constexpr entry_rule header_list{1, 8, "[{ \"name\": \"X-Error-Code\" }]"};
constexpr entry_rule test_list{1, 8, "[{ \"pointer\": \"/success\", \"equals\": false }]"};
constexpr entry_rule value_list{1, 64, "[\"error\", \"failed\"]"};
constexpr entry_rule selector_list{1, 8, "[\"/error/message\", \"/message\"]"};
constexpr std::string_view scalar = "a text, a number, true, false or null";
constexpr std::string_view scalar_types = "string or number or boolean or null";

void read_status(const located_value& value, bool for_successes, shape_rule& out) {
  const std::string_view what =
      for_successes
          ? std::string_view("a status from 200 to 299, or \"2xx\"")
          : std::string_view("a status from 400 to 599, such as \"404\", or \"4xx\" or \"5xx\"");
  const json_node& node = value.node();
  std::string text = node.text;
  if (node.what == json_node::kind::string) {
    const auto expanded = value.text(what);
    if (!expanded) return;
    text = *expanded;
  } else if (node.what != json_node::kind::integer) {
    return value.wants(what);
  }
  const auto range = status_range::parse(text);
  const unsigned least = for_successes ? 200 : 400;
  const unsigned most = for_successes ? 299 : 599;
  if (!range || range->first < least || range->last > most) return value.wants(what, text);
  if (range->first == range->last && for_successes &&
      (range->first == 204 || range->first == 205 || range->first == 206)) {
    return value.wrong("a response without a body, or with a part of one, is never looked into",
                       text);
  }
  out.statuses.push_back(*range);
}

std::optional<text_pattern> read_pattern(const located_value& value) {
  const auto text = value.text("a pattern in the syntax of RE2, such as \"^ERR-[0-9]+$\"");
  if (!text) return {};
  parsed_pattern parsed = text_pattern::parse(*text, text_pattern::groups::any);
  if (!parsed.problem.empty()) {
    value.wrong(parsed.problem, *text);
    return {};
  }
  return std::move(parsed.value);
}

void read_header(object_reader& in, shape_rule& out) {
  constexpr std::string_view what = "the name of a header field, such as \"X-Error-Code\"";
  header_test test;
  in.require("name", "\"X-Error-Code\"");
  if (const auto value = in.value("name", "string")) {
    const auto name = value->text(what);
    if (name && !is_token(*name)) value->wants(what, *name);
    if (name) test.name = *name;
  }
  if (const auto value = in.value("equals", "string")) {
    if (auto text = value->text("the value that the field must have")) test.equals = *text;
  }
  if (const auto value = in.value("matches", "string")) test.matches = read_pattern(*value);
  if (in.has("equals") && in.has("matches")) {
    in.problem_at_key("matches", "the value is told by \"equals\" already: keep one of them");
  }
  out.headers.push_back(std::move(test));
}

std::optional<selector> read_selector(const located_value& value) {
  const auto text = value.text("a place in the body, such as \"/error/message\"");
  if (!text) return {};
  parsed_selector parsed = selector::parse(*text);
  if (!parsed.problem.empty()) {
    value.wrong(parsed.problem, *text);
    return {};
  }
  return std::move(parsed.value);
}

// A scalar of the file as a value of JSON.
std::optional<json::value> read_scalar(const located_value& value) {
  const json_node& node = value.node();
  switch (node.what) {
    case json_node::kind::null:
      return json::value(nullptr);
    case json_node::kind::boolean:
      return json::value(node.boolean);
    case json_node::kind::integer:
      return json::value(node.integer);
    case json_node::kind::number: {
      json::error_code ec;
      json::value number = json::parse(node.text, ec);
      if (!ec && number.is_number()) return number;
      break;
    }
    case json_node::kind::string:
      if (const auto text = value.text(scalar)) return json::value(json::string(*text));
      return {};
    default:
      break;
  }
  value.wants(scalar);
  return {};
}

void read_place(object_reader& in, body_test& out) {
  if (in.has("pointer") == in.has("select")) {
    in.problem(in.has("pointer")
                   ? "a test looks at \"pointer\" or \"select\", not both"
                   : "a test wants the place that it looks at: \"pointer\", such as \"/success\", "
                     "or \"select\", such as \"xml://Fault/faultcode\"");
  }
  if (const auto value = in.value("pointer", "string")) {
    const auto text = value->text("a JSON pointer such as \"/success\"");
    if (text && !text->starts_with('/')) {
      value->wants("a JSON pointer such as \"/success\"; other places go under \"select\"", *text);
    } else if (auto where = read_selector(*value)) {
      out.where = std::move(*where);
    }
  }
  if (const auto value = in.value("select", "string")) {
    if (auto where = read_selector(*value)) {
      if (where->is_literal()) value->wrong("is no place in the body", where->text());
      out.where = std::move(*where);
    }
  }
}

void read_body_test(object_reader& in, shape_rule& out) {
  using comparison = body_test::comparison;
  body_test test;
  read_place(in, test);
  unsigned comparisons = 0;
  const auto compare = [&](std::string_view key, comparison how) {
    const auto value = in.value(key, scalar_types);
    if (!value) return;
    ++comparisons;
    test.how = how;
    if (auto read = read_scalar(*value)) test.values.push_back(std::move(*read));
  };
  compare("equals", comparison::equals);
  compare("not_equals", comparison::not_equals);
  if (const auto value = in.value("in", "array")) {
    ++comparisons;
    test.how = comparison::equals;
    value->list(value_list, [&](const located_value& one) {
      if (auto read = read_scalar(one)) test.values.push_back(std::move(*read));
    });
  }
  if (const auto value = in.value("matches", "string")) {
    ++comparisons;
    test.how = comparison::matches;
    if (auto pattern = read_pattern(*value)) test.pattern = std::move(*pattern);
  }
  if (comparisons > 1) {
    in.problem(
        "a test has one of \"equals\", \"not_equals\", \"in\" and \"matches\": a list of tests "
        "holds when all of them do");
  }
  out.when.push_back(std::move(test));
}

// `most`: bytes of words that stand for themselves.
void read_sources(object_reader& in, std::string_view key, std::size_t most,
                  std::vector<selector>& out) {
  const auto value = in.value(key, "string or array");
  if (!value) return;
  value->one_or_list(selector_list, [&](const located_value& one) {
    auto where = read_selector(one);
    if (!where) return;
    if (!out.empty() && out.back().is_literal()) {
      one.wrong("is never looked at: the words before it are always there", where->text());
    }
    if (where->is_literal()) {
      const std::string& words = std::get<literal_text>(where->where()).text;
      if (words.size() > most) {
        one.problem("the words are longer than " + std::to_string(most) + " bytes");
      }
      if (key == "code" && !is_code(words)) {
        one.wants("after \"text://\" a code such as \"insufficient_funds\"", where->text());
      }
    }
    out.push_back(std::move(*where));
  });
}

}  // namespace

void read_head_tests(object_reader& in, bool for_successes, shape_rule& out) {
  if (const auto value = in.value("status", "string or integer or array")) {
    value->one_or_list(status_list,
                       [&](const located_value& one) { read_status(one, for_successes, out); });
  }
  if (const auto value = in.value("content_type", "string or array")) {
    value->one_or_list(type_list, [&](const located_value& one) {
      const auto range = one.parsed(
          "a media type without parameters, such as \"text/xml\", \"text/*\" or "
          "\"application/*+json\"",
          [](std::string_view text) { return media_range::parse(text); });
      if (range) out.content_types.push_back(*range);
    });
  }
  if (const auto value = in.value("header", "object or array")) {
    value->one_or_list(header_list, [&](const located_value& one) {
      one.object("{ \"name\": \"X-Error-Code\" }", [&](object_reader& h) { read_header(h, out); });
    });
  }
}

void read_body_tests(const located_value& value, shape_rule& out) {
  value.one_or_list(test_list, [&](const located_value& one) {
    one.object("{ \"pointer\": \"/success\", \"equals\": false }",
               [&](object_reader& in) { read_body_test(in, out); });
  });
}

void read_extraction(object_reader& in, shape_rule& out) {
  constexpr std::size_t most_param = 128;
  constexpr std::size_t most_code = 63;
  read_sources(in, "message", max_message_bytes, out.message);
  read_sources(in, "code", most_code, out.code);
  read_sources(in, "param", most_param, out.param);
}

}  // namespace errata
