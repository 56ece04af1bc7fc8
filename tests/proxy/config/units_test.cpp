#include "proxy/config/units.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace errata;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(reads_durations) {
  BOOST_TEST((parse_duration("0ms") == 0ms));
  BOOST_TEST((parse_duration("250ms") == 250ms));
  BOOST_TEST((parse_duration("5s") == 5s));
  BOOST_TEST((parse_duration("2m") == 2min));
  BOOST_TEST((parse_duration("24h") == 24h));
  BOOST_TEST((parse_duration("9223372036854775807ms").has_value()));
  for (const char* bad : {"", "5", "s", "-1s", "+1s", "1.5s", "5 s", " 5s", "5S", "5sec", "5d",
                          "9223372036854775808ms", "9223372036854775807s", "0x5s"}) {
    BOOST_TEST(!parse_duration(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(reads_sizes) {
  BOOST_TEST(parse_size("0B").value() == 0U);
  BOOST_TEST(parse_size("512B").value() == 512U);
  BOOST_TEST(parse_size("64KiB").value() == 65536U);
  BOOST_TEST(parse_size("10MiB").value() == 10U * 1024U * 1024U);
  BOOST_TEST(parse_size("1GiB").value() == 1024U * 1024U * 1024U);
  for (const char* bad :
       {"", "64", "64KB", "64K", "64kib", "64 KiB", "-1B", "1.5MiB", "9223372036854775807KiB"}) {
    BOOST_TEST(!parse_size(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(reads_rates) {
  struct row {
    std::string_view text;
    std::uint64_t requests;
    std::uint32_t period_s;
  };
  for (const row& r : {row{"100/s", 100, 1}, row{"6000/m", 6000, 60}, row{"100/60s", 100, 60},
                       row{"10/h", 10, 3600}, row{"1/24h", 1, 86400}}) {
    const auto rate = parse_rate(r.text);
    BOOST_TEST_CONTEXT(r.text) {
      BOOST_REQUIRE(rate.has_value());
      BOOST_TEST(rate->requests == r.requests);
      BOOST_TEST(rate->period_s == r.period_s);
    }
  }
  for (const char* bad : {"", "100", "100/", "/s", "0/s", "100/0s", "100/60", "-1/s", "100 / s",
                          "100/ms", "1/9223372036854775807h", "100/s "}) {
    BOOST_TEST(!parse_rate(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(writes_what_it_reads) {
  for (const char* text : {"0ms", "1ms", "1500ms", "30s", "1m", "90s", "24h"}) {
    BOOST_TEST(format_duration(parse_duration(text).value()) == text);
  }
  for (const char* text : {"0B", "1B", "1025B", "8KiB", "10MiB", "1GiB"}) {
    BOOST_TEST(format_size(parse_size(text).value()) == text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
