// A catalog whose texts try to get out of every format that the reference is written in.
#pragma once

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "policies/catalog.hpp"

namespace errata {

inline constexpr const char* hostile_code = "tea_time";

inline catalog sample_catalog() {
  std::ifstream in(std::string(ERRATA_SOURCE_DIR) + "/conf/catalog.json");
  std::ostringstream read;
  read << in.rdbuf();
  std::string text = read.str();
  const std::string from = "\"codes\": {";
  const auto at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  text.insert(at + from.size(),
              R"("tea_time": {"status": 418, "message": "</script>\"<b>&'|`*/\\u{1}\u2028",
                              "description": "*/ </style> `a|<i>` | \"x\" ${y} `open"},)");
  parsed_catalog parsed = catalog::parse(text);
  for (const catalog_problem& p : parsed.problems) BOOST_ERROR(p.pointer + ": " + p.message);
  BOOST_TEST_REQUIRE(parsed.problems.empty());
  return std::move(parsed.value);
}

}  // namespace errata
