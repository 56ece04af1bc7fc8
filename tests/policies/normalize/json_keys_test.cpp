#include "policies/normalize/json_keys.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

key_roles roles_of(std::string_view key) {
  return look_up_key(key).roles;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_keys)

BOOST_AUTO_TEST_CASE(case_and_punctuation_do_not_count) {
  for (const char* key : {"error_code", "errorCode", "ErrorCode", "Error-Code", "ERROR CODE"}) {
    BOOST_TEST(roles_of(key).code == 1, key);
  }
}

BOOST_AUTO_TEST_CASE(a_key_may_play_several_parts) {
  const key_roles error = roles_of("error");
  BOOST_TEST(error.message != 0);
  BOOST_TEST(error.code != 0);
  BOOST_TEST(error.holds_errors);
  BOOST_TEST(error.holds_fields);
}

BOOST_AUTO_TEST_CASE(descriptions_come_before_titles) {
  BOOST_TEST(roles_of("detail").message < roles_of("title").message);
  BOOST_TEST(roles_of("message").message < roles_of("error").message);
  BOOST_TEST(roles_of("userMessage").message < roles_of("message").message);
}

BOOST_AUTO_TEST_CASE(what_is_for_developers_is_internal) {
  for (const char* key : {"exception", "stack", "stackTrace", "trace", "innererror", "debug"}) {
    BOOST_TEST(roles_of(key).internal, key);
  }
}

BOOST_AUTO_TEST_CASE(names_of_object_types_are_no_codes) {
  BOOST_TEST(roles_of("@type").code == 0);
  BOOST_TEST(roles_of("$type").code == 0);
  BOOST_TEST(roles_of("type").code != 0);
  BOOST_TEST(roles_of("__type").any_word_is_code);
}

BOOST_AUTO_TEST_CASE(unknown_keys_play_no_part) {
  for (const std::string& key : {std::string(), std::string("colour"), std::string("___"),
                                 std::string("\xC3\xA9"), std::string(1000, 'a')}) {
    const key_roles roles = roles_of(key);
    BOOST_TEST((roles.message == 0 && roles.code == 0 && roles.param == 0 && !roles.internal), key);
  }
}

// Every length, so that no byte of a word is read wrong; and bytes that look like letters or digits
// once a bit of them is set.
BOOST_AUTO_TEST_CASE(every_row_is_found_and_nothing_near_it) {
  for (const key_row& row : key_rows) {
    const std::string key(row.key);
    const key_id id = look_up_key(key).id;
    BOOST_TEST((id != key_id::none), key);
    std::string capitals = key;
    for (char& c : capitals) c = static_cast<char>(c - ('a' - 'A'));
    BOOST_TEST((look_up_key(capitals).id == id), key);
    BOOST_TEST((look_up_key(key + "q").id != id), key);
    BOOST_TEST((look_up_key("q" + key).id != id), key);
    for (std::size_t i = 0; i < key.size(); ++i) {
      std::string other = key;
      other[i] = static_cast<char>(key[i] ^ 0x40);
      BOOST_TEST((look_up_key(other).id != id), other);
      // What is neither letter nor digit does not count.
      for (const char mark : {'_', '\x11', '@', '[', '\x7F'}) {
        std::string marked = key;
        marked.insert(i + 1, 1, mark);
        BOOST_TEST((look_up_key(marked).id == id), marked);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(knows_which_key_it_is) {
  constexpr key_id wanted = key_named("statuscode");
  for (const char* key : {"Status-Code", "statuscode", "x:statusCode", "@status_code"}) {
    BOOST_TEST((look_up_key(key).id == wanted), key);
  }
  for (const char* key : {"statuscodes", "status", "statuscode:x", ""}) {
    BOOST_TEST((look_up_key(key).id != wanted), key);
  }
}

BOOST_AUTO_TEST_CASE(finds_every_row) {
  for (std::size_t i = 0; i < key_rows.size(); ++i) {
    BOOST_TEST((look_up_key(key_rows[i].key).id == static_cast<key_id>(i + 1)), key_rows[i].key);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
