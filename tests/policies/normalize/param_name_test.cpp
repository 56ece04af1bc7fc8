#include "policies/normalize/param_name.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(param_name)

BOOST_AUTO_TEST_CASE(keeps_the_spelling_and_opens_pointers) {
  struct {
    std::string_view spelled, param;
  } const rows[] = {
      {"customer_id", "customer_id"},
      {"CustomerId", "CustomerId"},
      {"order.items[0].sku", "order.items[0].sku"},
      {" padded ", "padded"},
      {"/town", "town"},
      {"#/parcel/size", "parcel.size"},
      {"/units/0/amount/value", "units[0].amount.value"},
      {"/data/attributes/firstName", "firstName"},
      {"/data/relationships/owner", "owner"},
      {"/a~1b/c~0d", "a/b.c~d"},
      {"$.qty", "qty"},
      {"$.lines[0].qty", "lines[0].qty"},
      {"//x//", "x"},
      {"", ""},
      {"  ", ""},
      {"/", ""},
      {"#/", ""},
      {"$", ""},
      {"base", ""},
      {"non_field_errors", ""},
      {"__all__", ""},
  };
  for (const auto& row : rows) BOOST_TEST(to_param(row.spelled) == row.param, row.spelled);
  BOOST_TEST(to_param(std::string(1000, 'x')) == "");
}

BOOST_AUTO_TEST_CASE(numbers_in_paths_are_positions) {
  std::string path;
  append_step(path, "lines");
  append_step(path, "3");
  append_step(path, "qty");
  BOOST_TEST(path == "lines[3].qty");
  std::string first;
  append_step(first, "3");
  BOOST_TEST(first == "3");
}

BOOST_AUTO_TEST_CASE(finds_the_last_step) {
  BOOST_TEST(last_step("a.b") == "b");
  BOOST_TEST(last_step("a[0].b") == "b");
  BOOST_TEST(last_step("a") == "a");
  BOOST_TEST(last_step("a[0]") == "a[0]");
  BOOST_TEST(last_step("") == "");
}

BOOST_AUTO_TEST_CASE(knows_positions_and_parts_of_requests) {
  for (const char* step : {"0", "17"}) BOOST_TEST(is_position(step), step);
  for (const char* step : {"", "a", "1a", "-1", "1234567890"}) BOOST_TEST(!is_position(step), step);
  for (const char* step : {"body", "query", "header"}) BOOST_TEST(is_request_part(step), step);
  BOOST_TEST(!is_request_part("customer"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
