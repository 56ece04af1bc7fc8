#include "policies/request_id.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(request_id)

namespace {

std::string mint(std::uint64_t unix_ms, std::array<std::uint8_t, 10> entropy) {
  const minted_id id = mint_request_id(unix_ms, entropy);
  return {id.begin(), id.end()};
}

constexpr std::array<std::uint8_t, 10> all_ones = {255, 255, 255, 255, 255,
                                                   255, 255, 255, 255, 255};

}  // namespace

BOOST_AUTO_TEST_CASE(accepts_only_the_grammar) {
  struct row {
    std::string id;
    bool acceptable;
  };
  const row rows[] = {
      {"", false},
      {"1234567", false},
      {"12345678", true},
      {std::string(128, 'a'), true},
      {std::string(129, 'a'), false},
      {"req_a-b.c~d+e/f=g", true},
      {"0190163d-8694-739b-aea5-966c26f8ad91", true},
      {"AZaz09._~+/=-", true},
      {"has space", false},
      {" leading0", false},
      {"trailing ", false},
      {"tab\there", false},
      {"line\r\nbreak", false},
      {std::string("nul\0inside", 10), false},
      {"comma,list", false},
      {"quote\"quote", false},
      {"semi;colon", false},
      {"brace{brace", false},
      {"percent%20", false},
      {"caf\xC3\xA9-caf\xC3\xA9", false},
      {"\x7F\x7F\x7F\x7F\x7F\x7F\x7F\x7F", false},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.id) {
      BOOST_TEST(is_acceptable_request_id(r.id) == r.acceptable);
    }
  }
}

BOOST_AUTO_TEST_CASE(mints_version_7_of_rfc_9562) {
  // The example of RFC 9562, appendix A.6.
  BOOST_TEST(mint(0x017F22E279B0U, {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F}) ==
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  BOOST_TEST(mint(0, {}) == "00000000-0000-7000-8000-000000000000");
  BOOST_TEST(mint(0xFFFFFFFFFFFFU, all_ones) == "ffffffff-ffff-7fff-bfff-ffffffffffff");
  // Time has 48 bits.
  BOOST_TEST(mint(0xABCD000000000001U, {}) == "00000000-0001-7000-8000-000000000000");
}

BOOST_AUTO_TEST_CASE(minted_ids_sort_by_time) {
  BOOST_TEST(mint(1'700'000'000'000, all_ones) < mint(1'700'000'000'001, {}));
  BOOST_TEST(mint(0xFF, all_ones) < mint(0x100, {}));
}

BOOST_AUTO_TEST_CASE(accepts_its_own_ids) {
  BOOST_TEST(is_acceptable_request_id(mint(1'700'000'000'000, all_ones)));
}

BOOST_AUTO_TEST_CASE(every_byte_of_entropy_counts) {
  for (std::size_t i = 0; i < 10; ++i) {
    std::array<std::uint8_t, 10> entropy{};
    entropy[i] = 0x05;
    BOOST_TEST_CONTEXT("byte " << i) {
      BOOST_TEST(mint(1, entropy) != mint(1, {}));
    }
  }
}

BOOST_AUTO_TEST_CASE(validates_traceparent) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string parent = "00f067aa0ba902b7";
  const std::string good = "00-" + trace + "-" + parent + "-01";
  struct row {
    std::string value;
    bool valid;
  };
  const row rows[] = {
      {good, true},
      {"00-" + trace + "-" + parent + "-00", true},
      {"00-" + trace + "-" + parent + "-ff", true},
      {"", false},
      {"00", false},
      {good.substr(0, 54), false},
      {good + "-", false},
      {good + "-extra", false},
      {good + "0", false},
      {" " + good, false},
      {good + " ", false},
      {"ff-" + trace + "-" + parent + "-01", false},
      {"FF-" + trace + "-" + parent + "-01", false},
      {"0A-" + trace + "-" + parent + "-01", false},
      {"0g-" + trace + "-" + parent + "-01", false},
      {"00-" + std::string(32, '0') + "-" + parent + "-01", false},
      {"00-" + trace + "-" + std::string(16, '0') + "-01", false},
      {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" + parent + "-01", false},
      {"00-" + trace + "-00F067AA0BA902B7-01", false},
      {"00-" + trace + "-" + parent + "-0X", false},
      {"00_" + trace + "-" + parent + "-01", false},
      {"00-" + trace + "_" + parent + "-01", false},
      {"00-" + trace + "-" + parent + "_01", false},
      {"00-" + trace.substr(1) + "-" + parent + "-011", false},
      {"01-" + trace + "-" + parent + "-01", true},
      {"01-" + trace + "-" + parent + "-01-", true},
      {"cc-" + trace + "-" + parent + "-01-what-comes", true},
      {"cc-" + trace + "-" + parent + "-01.what", false},
      {"cc-" + trace + "-" + parent + "-012", false},
      {"fe-" + trace + "-" + parent + "-01", true},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.value) {
      BOOST_TEST(is_valid_traceparent(r.value) == r.valid);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
