// One exchange with the normalizer, of which a test says what matters.
#pragma once

#include <zlib.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "policies/envelope.hpp"
#include "policies/normalize/normalizer.hpp"

namespace errata {

struct line {
  std::string_view name, value;
};

struct exchange {
  unsigned status = 400;
  std::string_view method = "GET";
  std::vector<line> response = {{"Content-Type", "application/json"}};
  std::vector<line> request = {};
  status_policy policy = status_policy::preserve;
  body_state state = body_state::complete;
  normalizer_options options = {};
  const route_shapes* shapes = nullptr;

  normalized run(std::string_view body) const {
    const normalizer subject(catalog::built_in(), options);
    field_list request_fields;
    for (const line& l : request) request_fields.add(l.name, l.value);
    response_head head;
    head.status = status;
    for (const line& l : response) head.fields.add(l.name, l.value);
    const normalized out =
        subject.normalize({method, &request_fields, policy, {}, shapes}, head, body, state);
    if (!out.untouched) {
      BOOST_TEST(is_canonical(out.body, out.status, catalog::built_in()),
                 out.status << " " << out.body);
      BOOST_TEST(is_code(out.code));
    }
    return out;
  }

  verdict judge() const {
    const normalizer subject(catalog::built_in(), options);
    field_list request_fields;
    response_head head;
    head.status = status;
    for (const line& l : response) head.fields.add(l.name, l.value);
    return subject.judge({method, &request_fields, policy, {}, shapes}, head);
  }
};

inline std::string member(const normalized& out, std::string_view name) {
  const boost::json::value parsed = boost::json::parse(out.body);
  const auto* value = parsed.at("error").as_object().if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

inline constexpr std::string_view canonical_404 =
    R"({"error": {"type": "resource_not_found", "message": "No such order.", "code": "order_gone"}})";

inline std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string in(text);
  std::string out(text.size() + 256, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_TEST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace errata
