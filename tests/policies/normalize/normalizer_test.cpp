#include "policies/normalize/normalizer.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <initializer_list>
#include <string>
#include <vector>

#include "tests/policies/normalize/normalizer_exchange.hpp"
#include "tests/support/codings.hpp"
#include "tests/support/repeated.hpp"

namespace errata {
BOOST_AUTO_TEST_SUITE(normalizer_test)

BOOST_AUTO_TEST_CASE(judges_by_the_status_alone) {
  for (unsigned status = 100; status < 400; ++status) {
    BOOST_TEST((exchange{.status = status}.judge() == verdict::pass), status);
  }
  for (const unsigned status : {0U, 7U, 99U, 400U, 404U, 407U, 499U, 500U, 599U, 600U, 999U}) {
    BOOST_TEST((exchange{.status = status}.judge() == verdict::need_body), status);
    BOOST_TEST((exchange{.status = status, .method = "HEAD"}.judge() == verdict::replace), status);
  }
  BOOST_TEST((exchange{.status = 500, .response = {{"Content-Length", "10485760"}}}.judge() ==
              verdict::need_body));
}

BOOST_AUTO_TEST_CASE(canonical_errors_stay_untouched) {
  struct {
    std::vector<line> response;
    bool untouched;
  } const rows[] = {
      {{{"Content-Type", "application/json"}}, true},
      {{{"content-type", "Application/JSON; charset=UTF-8"}}, true},
      {{{"Content-Type", "application/json;charset=\"utf-8\""}}, true},
      {{{"Content-Type", "application/json"}, {"Content-Encoding", "identity"}}, true},
      {{{"Content-Type", "application/json; charset=latin1"}}, false},
      {{{"Content-Type", "application/json; profile=x"}}, false},
      {{{"Content-Type", "application/problem+json"}}, false},
      {{{"Content-Type", "text/html"}}, false},
      {{{"Content-Type", "application/json"}, {"Content-Type", "application/json"}}, false},
      {{}, false},
      {{{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}, false},
  };
  for (const auto& row : rows) {
    const normalized out = exchange{.status = 404, .response = row.response}.run(canonical_404);
    BOOST_TEST_CONTEXT((row.response.empty() ? "no fields" : row.response.front().value)) {
      BOOST_TEST(out.untouched == row.untouched);
      if (row.untouched) {
        BOOST_TEST(out.body.empty());
        BOOST_TEST(out.shape == "canonical");
      } else {
        BOOST_TEST(member(out, "code") == "order_gone");
        BOOST_TEST(member(out, "message") == "No such order.");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(canonical_errors_are_rewritten_where_they_cannot_stay) {
  BOOST_TEST(!exchange{.status = 404}.run("\xEF\xBB\xBF" + std::string(canonical_404)).untouched);
  BOOST_TEST(!exchange{.status = 400}.run(canonical_404).untouched);
  BOOST_TEST(
      !(exchange{.status = 404, .state = body_state::over_cap}.run(canonical_404).untouched));
  BOOST_TEST(
      !(exchange{.status = 404, .state = body_state::truncated}.run(canonical_404).untouched));
  // Strict sends another status, which the same envelope then carries.
  const normalized out =
      exchange{.status = 410, .policy = status_policy::strict}.run(canonical_404);
  BOOST_TEST(!out.untouched);
  BOOST_TEST(out.status == 404U);
  BOOST_TEST(member(out, "code") == "order_gone");
}

BOOST_AUTO_TEST_CASE(a_coding_stays_if_the_client_reads_it) {
  struct {
    std::vector<line> request;
    bool untouched;
  } const rows[] = {
      {{{"Accept-Encoding", "gzip"}}, true},
      {{{"Accept-Encoding", "br, GZIP;q=0.5"}}, true},
      {{{"Accept-Encoding", "*"}}, true},
      {{{"Accept-Encoding", "br"}, {"Accept-Encoding", "gzip"}}, true},
      {{{"Accept-Encoding", "gzip;q=0, *"}}, false},
      {{{"Accept-Encoding", "gzip;q=0.000"}}, false},
      {{{"Accept-Encoding", "br"}}, false},
      {{{"Accept-Encoding", ""}}, false},
      {{}, false},
  };
  for (const auto& row : rows) {
    const normalized out =
        exchange{.status = 404,
                 .response = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}},
                 .request = row.request}
            .run(gzip(canonical_404));
    BOOST_TEST(out.untouched == row.untouched,
               (row.request.empty() ? "no field" : row.request.front().value));
    if (!row.untouched) BOOST_TEST(member(out, "code") == "order_gone");
  }
  // Not announced, so no client would take it off.
  BOOST_TEST(!(exchange{.status = 404, .request = {{"Accept-Encoding", "gzip"}}}
                   .run(gzip(canonical_404))
                   .untouched));
}

BOOST_AUTO_TEST_CASE(a_coding_stays_only_if_it_is_what_was_declared) {
  using testing::brotli;
  using testing::zstd;
  const struct {
    const char* what;
    const char* declared;
    std::string body;
    const char* accepted;
    bool untouched;
  } rows[] = {
      {"br", "br", brotli(canonical_404), "gzip, br", true},
      {"br that the client does not read", "br", brotli(canonical_404), "gzip", false},
      {"zstd", "zstd", zstd(canonical_404), "zstd", true},
      {"zstd that the client does not read", "zstd", zstd(canonical_404), "gzip, br", false},
      {"zstd called gzip", "gzip", zstd(canonical_404), "gzip, zstd", false},
      {"gzip called deflate", "deflate", gzip(canonical_404), "gzip, deflate", false},
      {"gzip in gzip, declared once", "gzip", gzip(gzip(canonical_404)), "gzip", false},
      {"plain called br", "br", std::string(canonical_404), "br", false},
      {"two codings", "gzip, br", brotli(gzip(canonical_404)), "gzip, br", false},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const normalized out = exchange{
          .status = 404,
          .response = {{"Content-Type", "application/json"}, {"Content-Encoding", row.declared}},
          .request = {
              {"Accept-Encoding",
               row.accepted}}}.run(row.body);
      BOOST_TEST(out.untouched == row.untouched);
      if (!row.untouched) BOOST_TEST(member(out, "code") == "order_gone");
    }
  }
}

BOOST_AUTO_TEST_CASE(every_status_ends_in_an_envelope_under_both_policies) {
  for (unsigned status = 0; status <= 999; ++status) {
    if (status >= 100 && status < 400) continue;
    for (const std::string_view method : {"GET", "POST", "HEAD"}) {
      for (const status_policy policy : {status_policy::preserve, status_policy::strict}) {
        BOOST_TEST_CONTEXT("status " << status << " " << method) {
          const normalized out = exchange{.status = status, .method = method, .policy = policy}.run(
              R"({"message":"The thing is bad","code":"thing_bad"})");
          const catalog_row& row = catalog::built_in().for_status(status);
          BOOST_TEST(out.status == catalog::sent_status(row, policy, method != "POST"));
          BOOST_TEST(member(out, "type") == row.type);
          const bool hidden = method == "HEAD" || status < 400 || status >= 600;
          BOOST_TEST(member(out, "code") == (hidden ? row.code : "thing_bad"));
          BOOST_TEST(member(out, "message") ==
                     (hidden || status >= 500 ? row.message : "The thing is bad"));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_whatever_the_body_is) {
  struct {
    unsigned status;
    std::string_view type, body, shape, message, code, param;
  } const rows[] = {
      {404, "text/html", R"({"message":"Nothing here","code":"NoSuchThing"})", "json",
       "Nothing here", "no_such_thing", ""},
      {400, "application/json", "customer_id is required", "text", "customer_id is required",
       "bad_request", "customer_id"},
      {422, "application/json", R"({"errors":{"sku":["can't be blank"]}})", "field_map",
       "sku: can't be blank", "validation_failed", "sku"},
      {422, "text/plain", R"({"errors":{"sku":["The sku is bad."]}})", "field_map",
       "The sku is bad.", "validation_failed", "sku"},
      {403, "text/xml", "<Error><Code>NoWayIn</Code><Message>Not this way</Message></Error>", "xml",
       "Not this way", "no_way_in", ""},
      {400, "text/plain", "error=invalid_grant&error_description=It+ran+out", "form", "It ran out",
       "invalid_grant", ""},
      {404, "application/json", "", "empty", "The requested resource was not found.", "not_found",
       ""},
      {404, "application/json", " \r\n", "empty", "The requested resource was not found.",
       "not_found", ""},
      {500, "application/json", R"({"message":"cache refresh failed"})", "json",
       "An unexpected error occurred.", "internal_error", ""},
      {503, "application/json", R"({"message":"We are down for scheduled maintenance."})", "json",
       "We are down for scheduled maintenance.", "service_unavailable", ""},
      {500, "application/json", R"({"items":[{"id":1},{"id":<br />)", "broken_json",
       "An unexpected error occurred.", "internal_error", ""},
      {400, "text/xml", "<?xml version=\"1.0\"?><a><b></a>", "broken_xml",
       "The request is invalid.", "bad_request", ""},
      {500, "text/html", "<html><body><h1>Boom</h1></body></html>", "html",
       "An unexpected error occurred.", "internal_error", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.body) {
      const normalized out =
          exchange{.status = row.status, .response = {{"Content-Type", row.type}}}.run(row.body);
      BOOST_TEST(out.status == row.status);
      BOOST_TEST(out.shape == row.shape);
      BOOST_TEST(member(out, "message") == row.message);
      BOOST_TEST(member(out, "code") == row.code);
      BOOST_TEST(member(out, "param") == row.param);
      BOOST_TEST(out.code == row.code);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_soap_fault_of_the_client_speaks_though_its_status_is_500) {
  const auto fault = [](std::string_view code, std::string_view text) {
    return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
           "<faultcode>s:" +
           std::string(code) + "</faultcode><faultstring>" + std::string(text) +
           "</faultstring></s:Fault></s:Body></s:Envelope>";
  };
  const exchange soap{.status = 500, .method = "POST", .response = {{"Content-Type", "text/xml"}}};
  BOOST_TEST(member(soap.run(fault("Client", "Account is not valid")), "message") ==
             "Account is not valid");
  BOOST_TEST(member(soap.run(fault("Server", "Account is not valid")), "message") ==
             "An unexpected error occurred.");
  BOOST_TEST(member(soap.run(fault("Client", "open /srv/app/a.xml failed")), "message") ==
             "An unexpected error occurred.");
}

BOOST_AUTO_TEST_CASE(the_next_best_message_stands_in_for_a_leaking_one) {
  const normalized out = exchange{.status = 400}.run(
      R"({"detail":"SELECT a FROM b WHERE c = 1","message":"The filter is bad."})");
  BOOST_TEST(member(out, "message") == "The filter is bad.");
  BOOST_TEST(out.scrubbed.internals() > 0U);
}

// Of such a body no more than the first message is read, unless that may not be shown.
BOOST_AUTO_TEST_CASE(the_next_best_is_found_where_it_was_left_out) {
  const auto out = exchange{.status = 409}.run(
      R"({"code":"NO_SEAT","message":"The table at /srv/app/seats.py is locked",)"
      R"("title":"No seat is left","errors":[{"message":"It is full"}]})");
  BOOST_TEST(member(out, "message") == "No seat is left");
  BOOST_TEST(member(out, "code") == "no_seat");
  BOOST_TEST(out.scrubbed.internals() > 0U);
}

BOOST_AUTO_TEST_CASE(links_to_the_documentation_when_it_is_configured) {
  exchange e{.status = 404};
  e.options.doc_url_base = "https://docs.example/errors#";
  BOOST_TEST(member(e.run(R"({"code":"order_gone"})"), "doc_url") ==
             "https://docs.example/errors#order_gone");
  BOOST_TEST(member(e.run(""), "doc_url") == "https://docs.example/errors#not_found");
}

BOOST_AUTO_TEST_CASE(codes_and_content_that_cannot_be_read_give_the_default) {
  const normalized out =
      exchange{.status = 404,
               .response = {{"Content-Type", "application/json"}, {"Content-Encoding", "vendor-x"}}}
          .run("\x1b\x37\x00\xf8\x8d\xd4\x62\xcd");
  BOOST_TEST(out.shape == "opaque");
  BOOST_TEST(member(out, "code") == "not_found");
}

BOOST_AUTO_TEST_CASE(bodies_over_the_cap_end_as_envelopes) {
  exchange e{.status = 500, .state = body_state::over_cap};
  e.options.max_body = 4096;
  e.run("{\"message\":\"" + std::string(4096, 'x'));
  e.status = 400;
  const normalized out = e.run("First the reason is said. " + std::string(4096, 'x'));
  BOOST_TEST(member(out, "message").starts_with("First the reason is said."));
}

BOOST_AUTO_TEST_CASE(half_a_body_is_not_believed) {
  exchange e{.status = 422, .state = body_state::truncated};
  const normalized out = e.run("You may not");
  BOOST_TEST(out.shape == "truncated");
  BOOST_TEST(member(out, "message") == "The request contains invalid values.");
}

BOOST_AUTO_TEST_CASE(every_prefix_of_a_body_ends_in_an_envelope) {
  const std::string_view bodies[] = {
      R"({"error":{"code":400,"status":"INVALID","details":[{"field":"a","msg":"\u00e9 é 😀"}]}})",
      canonical_404,
      "<?xml version=\"1.0\"?><e:Error xmlns:e=\"u\"><Code>A</Code><Message>M &amp; "
      "n</Message></e:Error>",
      "<!DOCTYPE html><html><head><title>T</title></head><body><h1>H</h1><p>P p.</p></body></html>",
  };
  for (const std::string_view body : bodies) {
    for (std::size_t size = 0; size <= body.size(); ++size) {
      for (const body_state state :
           {body_state::complete, body_state::truncated, body_state::over_cap}) {
        exchange{.status = 400, .state = state}.run(body.substr(0, size));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_written_once_is_untouched_the_next_time) {
  const std::string_view bodies[] = {
      R"({"message":"It is bad","code":"TheCode","field":"a.b"})",
      "Some words of text.",
      "<h1>Sorry</h1><p>Not your order.</p>",
      R"({"errors":{"a":["can't be blank"]}})",
      "",
      "{}",
  };
  for (const std::string_view body : bodies) {
    for (const unsigned status : {400U, 404U, 409U, 422U, 429U, 500U, 503U}) {
      const normalized once = exchange{.status = status}.run(body);
      const normalized twice = exchange{.status = once.status}.run(once.body);
      BOOST_TEST(twice.untouched, once.body);
    }
  }
}

BOOST_AUTO_TEST_CASE(planted_secrets_never_appear) {
  const std::string_view secrets[] = {
      "/srv/app/config/database.yml",   "10.20.30.40:5432",
      "db-7.internal.example",          "SELECT card FROM payments",
      "java.lang.NullPointerException",
  };
  const std::string_view templates[] = {
      "%",
      "{\"message\":\"failed: %\"}",
      "{\"error\":{\"message\":\"Bad thing at %\",\"code\":\"bad_thing\"}}",
      "{\"errors\":{\"a\":[\"% is bad\"]}}",
      "{\"detail\":[{\"loc\":[\"body\",\"%\"],\"msg\":\"% is bad\"}]}",
      "{\"code\":\"%\",\"param\":\"%\",\"message\":\"x y\"}",
      "{\"%\":[\"is not right\"]}",
      "<Error><Code>%</Code><Message>It is % again</Message></Error>",
      "<html><head><title>%</title></head><body><h1>Error</h1><p>It is % again</p></body></html>",
      "error=%&error_description=%",
      "Warning: % on line 3\n{\"message\":\"all is % bad\"}",
  };
  for (const std::string_view secret : secrets) {
    for (const std::string_view body : templates) {
      for (const unsigned status : {400U, 404U, 500U, 503U}) {
        std::string filled;
        for (const char c : body) c == '%' ? filled += secret : filled += c;
        const normalized out = exchange{.status = status}.run(filled);
        const std::string all =
            member(out, "message") + "\n" + member(out, "code") + "\n" + member(out, "param");
        BOOST_TEST(all.find(secret) == std::string::npos, filled << " gave " << out.body);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(hostile_megabytes_are_bounded) {
  const std::string_view parts[] = {
      "[",
      "{\"a\":",
      "{\"errors\":[",
      "<a>",
      "<div>",
      "\"",
      "\\u0000",
      "(",
      "a=b&",
      "\xF0\x9F",
      "{\"error\":\"x\"}",
      "<!--",
      "at a.b(c:1)\n",
      "/a/b",
      "\n",
      "&lt;",
      "SELECT ",
      "1.1.1.1 ",
  };
  for (const std::string_view part : parts) {
    const std::string body = testing::repeated(part, 1 << 20);
    exchange e{.status = 400};
    e.options.max_body = 1 << 20;
    const auto before = std::chrono::steady_clock::now();
    e.run(body);
    // A guard against what is quadratic, which would take minutes; not a measurement.
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(30)), part);
  }
}

BOOST_AUTO_TEST_CASE(appends_the_fields_with_its_own_challenge) {
  normalizer_options options;
  options.auth_challenge = "Negotiate";
  const normalizer subject(catalog::built_in(), options);
  response_head head;
  head.status = 401;
  std::string out;
  subject.append_error_fields(out, head, 401);
  BOOST_TEST(out.find("WWW-Authenticate: Negotiate\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_challenge_speaks_where_the_body_does_not) {
  const line bearer{"WWW-Authenticate",
                    "Bearer error=\"invalid_token\", error_description=\"The token expired\""};
  exchange e{.status = 401, .response = {bearer}};
  BOOST_TEST(member(e.run(""), "message") == "The token expired");
  BOOST_TEST(member(e.run(""), "code") == "invalid_token");
  BOOST_TEST(member(e.run("Unauthorized"), "code") == "invalid_token");
  BOOST_TEST(member(e.run("{\"message\":\"Sign in first\"}"), "message") == "Sign in first");
  BOOST_TEST(member(e.run("{\"message\":\"Sign in first\"}"), "code") == "authentication_required");
  e.status = 500;
  BOOST_TEST(member(e.run(""), "code") != "invalid_token");
}

// The text made beforehand is what would be made for the request.
BOOST_AUTO_TEST_CASE(authored_errors_are_made_beforehand) {
  const catalog& codes = catalog::built_in();
  const normalizer errors(codes, {});
  for (std::size_t i = 0; i < cause_count; ++i) {
    const auto why = static_cast<cause>(i);
    const catalog_row& row = codes.for_cause(why);
    const auto* made = errors.authored(error_format::envelope, why, row.status);
    BOOST_TEST_CONTEXT(row.code) {
      BOOST_REQUIRE(made != nullptr);
      std::string fields;
      errors.append_error_fields(fields, response_head{}, row.status);
      BOOST_TEST(made->head.starts_with("HTTP/1.1 " + std::to_string(row.status) + ' '));
      BOOST_TEST(made->head.ends_with("\r\n" + fields));
      std::string body;
      errors.append_authored(body, error_format::envelope, row, row.status, {});
      BOOST_TEST(made->body == body);
      BOOST_TEST(made->length_line == "Content-Length: " + std::to_string(body.size()) + "\r\n");
      BOOST_TEST((errors.authored(error_format::problem, why, row.status) == nullptr));
      BOOST_TEST((errors.authored(error_format::envelope, why, row.status + 1) == nullptr));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
