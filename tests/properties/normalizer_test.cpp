// What holds of every answer, over recordings that are cut, spliced, doubled, flipped and sown with
// secrets. Each case draws its numbers from its own name: a failure comes again.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"
#include "policies/normalize/normalizer.hpp"
#include "proxy/cli/capture.hpp"
#include "tests/golden/golden_case.hpp"
#include "tests/properties/promises.hpp"

namespace fs = std::filesystem;

namespace errata::promises {
namespace {

// A response to start from.
struct recording {
  std::string name;
  std::string method;
  response_head head;  // its views point into `owner`
  std::string body;
  std::shared_ptr<const void> owner;
};

void add_golden_cases(std::vector<recording>& all) {
  for (const auto& entry : fs::directory_iterator(fs::path(ERRATA_SOURCE_DIR) / "tests/golden")) {
    if (!entry.is_directory()) continue;
    const auto made = std::make_shared<golden::golden_case>(entry.path());
    all.push_back({entry.path().filename(),
                   std::string(made->facts(status_policy::preserve).method), made->head(),
                   std::string(made->body()), made});
  }
}

// The shared corpus, where it is beside this clone.
void add_corpus(std::vector<recording>& all) {
  const fs::path file = fs::path(ERRATA_SOURCE_DIR) / "../shared/corpus/errors.jsonl";
  if (!fs::exists(file)) return;
  const auto made = std::make_shared<read_captures>(parse_captures(golden::read_file(file), {}));
  for (const capture_problem& p : made->problems) {
    BOOST_ERROR("corpus line " << p.line << ": " << p.message);
  }
  for (const capture& c : made->captures) {
    all.push_back({c.id, c.method, head_of(c), c.body, made});
  }
}

const std::vector<recording>& recordings() {
  static const auto all = [] {
    std::vector<recording> made;
    add_golden_cases(made);
    add_corpus(made);
    std::sort(made.begin(), made.end(),
              [](const recording& a, const recording& b) { return a.name < b.name; });
    return made;
  }();
  return all;
}

const normalizer& rules() {
  static const normalizer made(catalog::built_in(), {});
  return made;
}

// Numbers that are the same on every run and machine.
class chance {
 public:
  explicit chance(std::string_view name) {
    std::uint64_t hash = 1469598103934665603U;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    engine_.seed(hash);
  }
  // From 0 to `end` - 1; 0 for an `end` of 0.
  std::size_t below(std::size_t end) { return end == 0 ? 0 : engine_() % end; }

 private:
  std::mt19937_64 engine_;
};

std::string mutated(std::string body, chance& numbers) {
  const std::size_t at = numbers.below(body.size());
  const std::size_t size = numbers.below(std::min<std::size_t>(body.size() - at, 400));
  switch (numbers.below(7)) {
    case 0:
      body.resize(at);
      return body;
    case 1:
      return body.insert(at, body.substr(at, size));
    case 2:
      return body.erase(at, size);
    case 3:
      return body + body;
    case 4: {
      const std::string& other = recordings()[numbers.below(recordings().size())].body;
      return body.substr(0, at) + other.substr(numbers.below(other.size()));
    }
    case 5: {
      constexpr std::string_view odd = "\x1B\x00\xFF\xC2\x80<>&\"'{}[]\\\n\r%;";
      for (int i = 0; i < 8 && !body.empty(); ++i) {
        body[numbers.below(body.size())] = odd[numbers.below(odd.size())];
      }
      return body;
    }
    default:
      for (int i = 0; i < 3 && !body.empty(); ++i) {
        char& c = body[numbers.below(body.size())];
        c = static_cast<char>(c ^ static_cast<char>(1U << numbers.below(8)));
      }
      return body;
  }
}

// A place between two words of the text of `body`, from a random one on; npos when there is none.
std::size_t place_between_words(const std::string& body, chance& numbers) {
  const std::size_t from = numbers.below(body.size());
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t i = 0; i + 2 < body.size(); ++i) {
    const std::size_t at = (from + i) % (body.size() - 2);
    if (is_letter(body[at]) && body[at + 1] == ' ' && is_letter(body[at + 2])) return at + 1;
  }
  return std::string::npos;
}

request_facts facts_of(const recording& r, const field_list& fields, status_policy policy) {
  return {r.method, &fields, policy};
}

// A recording with a secret between two of its words.
struct sown_body {
  std::string name;
  request_facts facts;
  response_head head;
  std::string body;
  const secret& planted;
};

template <class F>
void for_each_sown(F&& f) {
  const field_list fields;
  for (const recording& r : recordings()) {
    const request_facts facts = facts_of(r, fields, status_policy::preserve);
    if (rules().judge(facts, r.head) == verdict::pass) continue;
    chance numbers(r.name);
    for (int round = 0; round < 6; ++round) {
      const secret& one = secrets[numbers.below(secrets.size())];
      std::string body = r.body.substr(0, 16 * 1024);
      const std::size_t at = place_between_words(body, numbers);
      if (at == std::string::npos) break;
      body.insert(at, " " + std::string(one.planted));
      response_head head = r.head;
      // Every other time one whose message is shown.
      if (round % 2 == 0) head.status = 400;
      f(sown_body{r.name + ", round " + std::to_string(round), facts, head, std::move(body), one});
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(normalizer_promises)

BOOST_AUTO_TEST_CASE(hold_for_mutated_recordings) {
  const field_list fields;
  for (const recording& r : recordings()) {
    chance numbers(r.name);
    for (int round = 0; round < 8; ++round) {
      const std::string body = round == 0 ? r.body : mutated(r.body, numbers);
      const auto state = round == 0
                             ? body_state::complete
                             : static_cast<body_state>(std::min<std::size_t>(numbers.below(9), 2));
      const std::string_view seen = std::string_view(body).substr(0, rules().max_body());
      const auto policy = numbers.below(4) == 0 ? status_policy::strict : status_policy::preserve;
      const request_facts facts = facts_of(r, fields, policy);
      if (rules().judge(facts, r.head) == verdict::pass) break;
      const answered got = answer(rules(), facts, r.head, seen, state);
      BOOST_TEST(got.broken.empty(), r.name << ", round " << round << ": " << got.broken << "\n"
                                            << got.answer.body);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_planted_secret_gets_out) {
  std::size_t planted = 0;
  for_each_sown([&](const sown_body& sown) {
    ++planted;
    const answered got = answer(rules(), sown.facts, sown.head, sown.body, body_state::complete);
    BOOST_TEST(got.broken.empty(), sown.name << ": " << got.broken);
    BOOST_TEST(!shows(got.answer.body, sown.planted), sown.name << ": the " << sown.planted.kind
                                                                << " got out\n"
                                                                << sown.body << "\n"
                                                                << got.answer.body);
  });
  BOOST_TEST(planted > 500U);
}

// Or else the test above would say nothing.
BOOST_AUTO_TEST_CASE(planted_secrets_would_get_out_unscrubbed) {
  normalizer_options options;
  options.scrubbed = leak_set();
  const normalizer trusting(catalog::built_in(), options);
  std::size_t shown = 0;
  for_each_sown([&](const sown_body& sown) {
    const normalized got =
        trusting.normalize(sown.facts, sown.head, sown.body, body_state::complete);
    if (shows(got.body, sown.planted)) ++shown;
  });
  BOOST_TEST(shown > 50U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata::promises
