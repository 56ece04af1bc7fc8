#include "policies/normalize/header_error.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(header_error)

BOOST_AUTO_TEST_CASE(reads_codes_and_messages_of_services_own_fields) {
  struct {
    std::string_view name, value, code, message;
  } const rows[] = {
      {"x-ms-error-code", "BlobNotFound", "blob_not_found", ""},
      {"X-Amzn-ErrorType", "NotHereException:http://schemas.example/a/", "not_here_exception", ""},
      {"X-Error-Code", "E_TOO_LATE", "e_too_late", ""},
      {"X-Error-Type", "error", "", ""},
      {"X-Error-Code", "404", "", ""},
      {"X-Error-Code", "BadRequest", "", ""},
      {"X-Error-Message", "The crate is closed", "", "The crate is closed"},
      {"X-Error-Message", "Bad Request", "", ""},
      {"grpc-message", "no%20crate%3a 17%2", "", "no crate: 17%2"},
      {"grpc-message", "bad %ff byte", "", ""},
      {"X-Error-Count", "2", "", ""},
      {"Error-Codec", "gzip", "", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.name << ": " << row.value) {
      field_list fields;
      fields.add(row.name, row.value);
      const finding found = read_error_fields(fields, 400);
      BOOST_TEST(found.code == row.code);
      const std::string message =
          found.messages.empty() ? std::string() : found.messages.front().text;
      BOOST_TEST(message == row.message);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_the_first_code) {
  field_list fields;
  fields.add("X-Error-Code", "first_one");
  fields.add("X-Error-Code", "second_one");
  BOOST_TEST(read_error_fields(fields, 409).code == "first_one");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
