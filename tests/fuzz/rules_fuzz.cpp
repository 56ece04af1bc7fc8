// An operator's rules against whatever body: selectors are refused with a reason or find a bounded
// piece of the body, the same each time and in whatever order; what a rule reads leaves as an
// envelope that keeps every promise; and the guard of pages says the same each time.
//
// The bytes: a response as in fuzz_support.hpp, whose fields When, Message, Code and Param are
// selectors of one rule, and Trusted and Success say more of it.
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/normalize/normalizer.hpp"
#include "policies/normalize/page_guard.hpp"
#include "policies/normalize/soft_error.hpp"
#include "policies/normalize/utf8.hpp"
#include "tests/fuzz/fuzz_support.hpp"
#include "tests/properties/promises.hpp"

namespace {

using namespace errata;
using fuzz::require;
using strictness = selected_body::strictness;

constexpr std::size_t most_selectors = 8;  // of one kind, as in a configuration

std::optional<selector> place_in_body(std::string_view text) {
  const parsed_selector parsed = selector::parse(text);
  if (!parsed.problem.empty()) {
    require(is_utf8(parsed.problem) || !is_utf8(text), "a problem that is not UTF-8");
    return {};
  }
  require(parsed.value.text() == text, "a selector that forgot how it was written");
  require(selector::parse(parsed.value.text()).problem.empty(), "good once and not again");
  // The operator's own words are held to the promises where the configuration is read.
  if (parsed.value.is_literal()) return {};
  return parsed.value;
}

// The rule that the fields tell of, and all its selectors.
struct told_rule {
  shape_rule rule;
  std::vector<selector> all;
  bool for_successes = false;
  bool cuts = false;  // a pattern may select half of a secret, which then looks like none

  explicit told_rule(const field_list& fields) {
    rule.name = "fuzzed";
    for (const field& f : fields) {
      if (iequals(f.name, "Trusted")) rule.trusted = true;
      if (iequals(f.name, "Success")) for_successes = true;
      std::vector<selector>* to = iequals(f.name, "Message") ? &rule.message
                                  : iequals(f.name, "Code")  ? &rule.code
                                  : iequals(f.name, "Param") ? &rule.param
                                                             : nullptr;
      const bool tests = iequals(f.name, "When");
      if (to == nullptr && !tests) continue;
      auto where = place_in_body(f.value);
      if (!where) continue;
      all.push_back(*where);
      cuts = cuts || std::holds_alternative<text_pattern>(where->where());
      if (tests && rule.when.size() < most_selectors) rule.when.push_back(test_for(*where));
      if (to != nullptr && to->size() < most_selectors) to->push_back(std::move(*where));
    }
    if (for_successes) rule.status = 422;
  }

  static body_test test_for(const selector& where) {
    body_test out;
    out.where = where;
    return out;
  }
};

using selection = std::optional<selected_body::found>;

bool same(const selection& a, const selection& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || (a->text == b->text && (a->json == nullptr) == (b->json == nullptr) &&
                (a->json == nullptr || *a->json == *b->json));
}

void check_json(const selector& where, std::string_view text, const selection& found) {
  if (!std::holds_alternative<json_pointer>(where.where())) return;
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::json::error_code failed;
  const auto whole = boost::json::parse(text, failed, {}, options);
  if (failed || !whole.is_structured()) return;
  // A pointer means here what it means to another reader.
  const boost::json::value* known = whole.find_pointer(where.text(), failed);
  require((known != nullptr) == (found && found->json != nullptr), "another place:", where.text());
  if (known != nullptr) require(*known == *found->json, "another value:", where.text());
}

void check_selections(const std::vector<selector>& all, std::string_view text, strictness how) {
  selected_body shared(text, how);
  std::vector<selection> first;
  for (const selector& where : all) {
    selection found;
    fuzz::bounded_cost(text.size() + where.text().size(), "select", [&] {
      selected_body alone(text, how);
      const auto here = alone.select(where);
      // What it found dies with the body it was found in.
      found = here ? selection({nullptr, here->text}) : selection();
    });
    const selection again = shared.select(where);
    require(again.has_value() == found.has_value() && (!found || again->text == found->text),
            "depends on what was looked for before:", where.text());
    if (again) {
      require(again->text.size() <= most_selected_bytes, "too much is selected");
      require(is_utf8(again->text), "what is selected is not UTF-8");
    }
    if (how == strictness::success) check_json(where, text, again);
    first.push_back(again);
  }
  for (std::size_t i = all.size(); i-- > 0;) {
    require(same(shared.select(all[i]), first[i]), "not the same twice:", all[i].text());
  }
}

void check_page(std::string_view text) {
  bool reasonable = false;
  fuzz::bounded_cost(text.size(), "is_reasonable_markup",
                     [&] { reasonable = is_reasonable_markup(text); });
  require(is_reasonable_markup(text) == reasonable, "reasonable only once");
  // What is put in front without a tag changes nothing.
  require(is_reasonable_markup("no tag " + std::string(text)) == reasonable, "not a scan of tags");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::sown_response input(data, size);
  const told_rule told(input.head.fields);
  check_page(input.body);
  if (is_utf8(input.body)) {
    check_selections(told.all, input.body, strictness::error);
    check_selections(told.all, input.body, strictness::success);
  }

  static const normalizer rules(catalog::built_in(), {});
  route_shapes shapes;
  (told.for_successes ? shapes.successes : shapes.errors)
      .push_back(std::make_shared<const shape_rule>(told.rule));
  const field_list sent;
  request_facts request{input.method, &sent, input.policy};
  request.shapes = &shapes;
  if (told.for_successes) {
    input.head.status = 200;
    input.state = body_state::complete;
    if (!may_be_soft_error(shapes.successes, input.method, input.head)) return 0;
    const bool still = may_still_be_soft_error(shapes.successes, input.head, input.body);
    const normalized made = rules.normalize(request, input.head, input.body, input.state);
    const bool binary = input.body.find('\0') != std::string::npos;  // streams whatever it says
    require(still || binary || made.untouched, "an error that would not have been held back");
    if (made.untouched) return 0;
    require(made.status == 422, "an error of another status");
  }
  promises::answered got;
  fuzz::bounded_cost(
      size + input.body.size(), "normalize",
      [&] { rules.normalize(request, input.head, input.body, input.state); }, fuzz::most_for_rings);
  got = promises::answer(rules, request, input.head, input.body, input.state);
  require(got.broken.empty(), got.broken);
  if (input.secret != nullptr && !got.answer.untouched && !told.cuts) {
    require(!promises::shows(got.answer.body, *input.secret),
            "lets out a secret:", input.secret->kind);
  }
  return 0;
}
