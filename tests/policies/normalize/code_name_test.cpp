#include "policies/normalize/code_name.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "policies/envelope.hpp"

namespace errata {

BOOST_AUTO_TEST_SUITE(code_name)

BOOST_AUTO_TEST_CASE(spells_codes_in_snake_case) {
  struct {
    std::string_view spelled, code;
  } const rows[] = {
      {"slot_taken", "slot_taken"},
      {"SlotTaken", "slot_taken"},
      {"slotTaken", "slot_taken"},
      {"SLOT_TAKEN", "slot_taken"},
      {"slot-taken", "slot_taken"},
      {"slot.taken", "slot_taken"},
      {"auth/token-expired", "auth_token_expired"},
      {"HTTPTimeout", "http_timeout"},
      {"invalidURL", "invalid_url"},
      {"SHA256Mismatch", "sha256_mismatch"},
      {"E1007", "e1007"},
      {"ORD-404", "ord_404"},
      {"any.required", "any_required"},
      {" padded ", "padded"},
      {"_private_", "private"},
      {"a--b", "a_b"},
      {"ns.example.v1#ItemMissing", "item_missing"},
      {"com.example.orders.OutOfStock", "out_of_stock"},
      {"catalog.ProductGone", "catalog_product_gone"},
      {"https://errors.example/probs/out-of-credit", "out_of_credit"},
      {"https://errors.example/probs/out-of-credit/", "out_of_credit"},
      {"https://errors.example/probs/out-of-credit?v=2", "out_of_credit"},
      {"https://errors.example/docs#rate-limited", "rate_limited"},
      {"https://errors.example/docs/too_big.html", "too_big"},
      {"urn:example:error:order-gone", "order_gone"},
      {"tag:example.com,2026:order-gone", "order_gone"},
  };
  for (const auto& row : rows) BOOST_TEST(to_code(row.spelled) == row.code, row.spelled);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_code) {
  const std::string_view rows[] = {
      "",
      " ",
      "7",
      "404",
      "-32603",
      "23505",
      "x",
      "Not Found",
      "404 Not Found",
      "a b",
      "\xC3\xA9t\xC3\xA9",
      "about:blank",
      "https://errors.example",
      "https://errors.example/",
      "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.1",
      "https://httpstatuses.example/404",
      "ECONNREFUSED",
      "ENOENT",
      "ER_NO_SUCH_TABLE",
      "ORA-00942",
      "SQLITE_CONSTRAINT",
      "HY000",
      "java.lang.NullPointerException",
      "com.example.db.OrderException",
      "App\\Errors\\Bad",
      "4f0c2a1e-9f3b-4a77-8d55-0d2f6a1b9c3e",
      "bd79c0ab-ddba-46cc-a703-a7a4b08de310",
      "a{b}",
      "x=y",
      "<b>",
  };
  for (const std::string_view row : rows) BOOST_TEST(to_code(row) == "", row);
  BOOST_TEST(to_code("a" + std::string(63, 'b')) == "");
  BOOST_TEST(to_code(std::string(1 << 20, 'A')) == "");
}

BOOST_AUTO_TEST_CASE(whatever_comes_out_is_a_code) {
  // Every string of up to four characters over what separates, begins and ends words.
  const std::string_view letters = "aB1_.-/#:";
  for (unsigned n = 0; n < 9U * 9 * 9 * 9; ++n) {
    std::string text;
    for (unsigned rest = n, i = 0; i < 4; ++i, rest /= 9) text += letters[rest % 9];
    const std::string code = to_code(text);
    BOOST_TEST((code.empty() || is_code(code)), text << " gave " << code);
    if (!code.empty()) BOOST_TEST(to_code(code) == code, text << " is not stable");
  }
}

BOOST_AUTO_TEST_CASE(knows_names_of_statuses) {
  BOOST_TEST(is_status_name("not_found", 404));
  BOOST_TEST(!is_status_name("not_found", 409));
  BOOST_TEST(is_status_name("unprocessable_entity", 422));
  BOOST_TEST(is_status_name("bad_request", 422));
  BOOST_TEST(is_status_name("internal_server_error", 503));
  BOOST_TEST(!is_status_name("slot_taken", 409));
}

BOOST_AUTO_TEST_CASE(knows_words_that_say_nothing) {
  for (const char* word : {"error", "fail", "true", "unknown", "about_blank"}) {
    BOOST_TEST(is_noise_code(word), word);
  }
  for (const char* word : {"expired", "slot_taken"}) BOOST_TEST(!is_noise_code(word), word);
}

BOOST_AUTO_TEST_CASE(knows_categories_and_broad_codes) {
  BOOST_TEST(is_category("invalid_request"));
  BOOST_TEST(!is_category("card_declined"));
  BOOST_TEST(is_broad_code("already_exists"));
  BOOST_TEST(!is_broad_code("list_exists"));
}

BOOST_AUTO_TEST_CASE(knows_classes_of_exceptions) {
  for (const char* name : {"KeyError", "HttpException", "App\\Bad", "ValidationFault"}) {
    BOOST_TEST(is_exception_class(name), name);
  }
  for (const char* name : {"index_not_found_exception", "NOT_AN_ERROR", "SlotTaken", "error", ""}) {
    BOOST_TEST(!is_exception_class(name), name);
  }
}

BOOST_AUTO_TEST_CASE(tells_machine_words_from_sentences) {
  for (const char* word : {"SESSION_EXPIRED", "tokenExpired", "invalid-token", "a.b", "NotFound"}) {
    BOOST_TEST(is_machine_word(word), word);
  }
  for (const char* word : {"", "Expired", "expired.", "No order 8", "Caf\xC3\xA9", "EXPIRED"}) {
    BOOST_TEST(!is_machine_word(word), word);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
