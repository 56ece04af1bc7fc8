#include "policies/normalize/param_in_message.hpp"

#include <boost/test/unit_test.hpp>

namespace errata {

BOOST_AUTO_TEST_SUITE(param_in_message_)

BOOST_AUTO_TEST_CASE(finds_the_parameter_that_a_sentence_is_about) {
  struct {
    std::string_view message, param;
  } const rows[] = {
      {"body/qty must be integer", "qty"},
      {"querystring/limit must be <= 100", "limit"},
      {"body/lines/0/qty must be > 0", "lines[0].qty"},
      {"body must have required property 'pier'", "pier"},
      {"body/lines/0 must have required property 'pier'", "lines[0].pier"},
      {"body.qty should be a number", "qty"},
      {"body must be object", ""},
      {"customers/17 must be active", ""},
      {R"("qty" must be a number)", "qty"},
      {R"("address.zip" is required)", "address.zip"},
      {R"("lines[0].qty" is required)", "lines[0].qty"},
      {R"("Never mind" is required)", ""},
      {R"("yes" or "no" is required)", ""},
      {"Required request parameter 'page' for method parameter type int is not present", "page"},
      {"The 'qty' field is required.", "qty"},
      {"Missing required parameter: `qty`", "qty"},
      {"Field \"qty\" is not a number", "qty"},
      {"property admin should not exist", "admin"},
      {"property rights of the owner should not exist", ""},
      {"qty must not be less than 1", "qty"},
      {"lines.1.sku must be shorter than 8", "lines.1.sku"},
      {"each value in tags must be a string", "tags"},
      {"nested property lines must be an array", "lines"},
      {"you must sign in first", ""},
      {"value must be positive", ""},
      {"Orders must be paid", ""},
      {"qty is missing, qty does not have a valid value", "qty"},
      {"name can't be blank", "name"},
      {"it is missing", ""},
      {"Missing required parameter: amount", "amount"},
      {"param is missing or the value is empty: order", "order"},
      {"Unexpected argument: qty.", "qty"},
      {"Invalid parameter: it has no letters", ""},
      {"Missing crate: A7", ""},
      {"Path `qty` is required.", "qty"},
      {"Cannot query field \"bed\" on type \"Ward\".", ""},
      {"Order 'A7' is closed", ""},
      {"The field is required", ""},
      {"'", ""},
      {"parameter", ""},
      {"parameter '", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.message) {
      BOOST_TEST(param_in_message(row.message) == row.param);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
