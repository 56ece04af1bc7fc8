#include "policies/normalize/decode.hpp"

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "policies/normalize/utf8.hpp"
#include "tests/support/codings.hpp"

namespace {

using errata::decode_body;
using errata::decode_status;
using errata::decoded;
using errata::field_id;
using errata::field_list;
using errata::testing::brotli;
using errata::testing::zstd;
using errata::testing::zstd_skippable;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t limit = 64 * 1024;

// 31: gzip, 15: zlib, -15: bare deflate.
std::string compress(std::string_view text, int window_bits) {
  z_stream z{};
  BOOST_REQUIRE_EQUAL(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  std::string in(text);
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  BOOST_REQUIRE_EQUAL(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string gzip(std::string_view text) {
  return compress(text, 31);
}

struct fields_of {
  field_list list;
  explicit fields_of(std::string_view coding, std::string_view type = "") {
    if (!coding.empty()) list.add(field_id::content_encoding, "Content-Encoding", coding);
    if (!type.empty()) list.add(field_id::content_type, "Content-Type", type);
  }
};

decoded decode_as(std::string_view body, std::string_view coding, std::string_view type = "",
                  std::size_t most = limit) {
  const fields_of fields(coding, type);
  return decode_body(body, fields.list, most);
}

const std::string letter = R"({"message":"Größe fehlt","code":"no_size"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(decode)

BOOST_AUTO_TEST_CASE(takes_codings_off_whatever_they_are_called) {
  const struct {
    const char* what;
    std::string body;
    const char* coding;
    bool had_coding;
  } rows[] = {
      {"plain", letter, "", false},
      {"identity", letter, "identity", false},
      {"empty member", letter, " , ,", false},
      {"gzip", gzip(letter), "gzip", true},
      {"x-gzip", gzip(letter), "x-gzip", true},
      {"upper case", gzip(letter), "GZip", true},
      {"deflate with zlib wrapper", compress(letter, 15), "deflate", true},
      {"bare deflate", compress(letter, -15), "deflate", true},
      {"gzip in identity", gzip(letter), "gzip, identity", true},
      {"deflate then gzip", gzip(compress(letter, 15)), "deflate, gzip", true},
      {"gzip then deflate", compress(gzip(letter), -15), "gzip, deflate", true},
      {"three", gzip(compress(gzip(letter), 15)), "gzip,deflate,gzip", true},
      {"br", brotli(letter), "br", true},
      {"br, upper case", brotli(letter), "Br", true},
      {"zstd", zstd(letter), "zstd", true},
      {"zstd of 8 MiB window", zstd(letter, 23), "zstd", true},
      {"zstd undeclared", zstd(letter), "", true},
      {"gzip then br", brotli(gzip(letter)), "gzip, br", true},
      {"br then gzip", gzip(brotli(letter)), "br, gzip", true},
      {"br then zstd then deflate", compress(zstd(brotli(letter)), 15), "br,zstd,deflate", true},
      {"zstd of two frames", zstd(letter.substr(0, 9)) + zstd(letter.substr(9)), "zstd", true},
      {"zstd after a skippable frame", zstd_skippable("note") + zstd(letter), "zstd", true},
      {"skippable frames between and behind",
       zstd(letter.substr(0, 9)) + zstd_skippable("") + zstd(letter.substr(9)) +
           zstd_skippable("x"),
       "zstd", true},
      {"rubbish after zstd", zstd(letter) + "\r\n", "zstd", true},
      {"rubbish after br", brotli(letter) + "\r\n", "br", true},
      {"says br, is gzip", gzip(letter), "br", true},
      {"says br, is zstd", zstd(letter), "br", true},
      {"says zstd, is gzip", gzip(letter), "zstd", true},
      {"says gzip, is zstd", zstd(letter), "gzip", true},
      {"says zstd, is plain", letter, "zstd", false},
      {"gzip twice, declared once", gzip(gzip(letter)), "gzip", true},
      {"says gzip, is plain", letter, "gzip", false},
      {"says deflate, is plain", letter, "deflate", false},
      {"says br, is plain", letter, "br", false},
      {"says two, has one", gzip(letter), "gzip, gzip", true},
      {"says deflate, is gzip", gzip(letter), "deflate", true},
      {"gzip undeclared", gzip(letter), "", true},
      {"gzip of two members", gzip(letter.substr(0, 9)) + gzip(letter.substr(9)), "gzip", true},
      {"rubbish after gzip", gzip(letter) + "\r\n", "gzip", true},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const decoded d = decode_as(row.body, row.coding);
      BOOST_TEST(d.text == letter);
      BOOST_TEST((d.status == decode_status::complete));
      BOOST_TEST(d.had_coding == row.had_coding);
      BOOST_TEST(d.was_utf8_clean);
      BOOST_TEST(d.charset == "utf-8");
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_codings_spread_over_several_fields) {
  field_list fields;
  fields.add(field_id::content_encoding, "Content-Encoding", "deflate");
  fields.add(field_id::content_encoding, "content-encoding", "gzip");
  BOOST_TEST(decode_body(gzip(compress(letter, 15)), fields, limit).text == letter);
}

BOOST_AUTO_TEST_CASE(is_opaque_when_it_cannot_know) {
  const std::string noise = "\x1b\x02\x00\xf8\x8d\x94\x6e\xdf\x10\x01\x99\xfe"s;
  const struct {
    const char* what;
    std::string body;
    const char* coding;
  } rows[] = {
      {"br that is none", noise, "br"},
      {"br of a window beyond the format", brotli(letter, true), "br"},
      {"zstd that is none", noise, "zstd"},
      {"zstd of a window above 8 MiB", zstd(letter, 24), "zstd"},
      {"zstd with a wrong checksum", zstd(letter).replace(zstd(letter).size() - 4, 4, "sum!"),
       "zstd"},
      {"zstd with a damaged block", "\x28\xb5\x2f\xfd\x04\x00\x07\x00\x00"s, "zstd"},
      {"unknown coding", noise, "vendor-x"},
      {"gzip that is none", noise, "gzip"},
      {"four codings", gzip(gzip(gzip(gzip(letter)))), "gzip,gzip,gzip,gzip"},
      {"damaged", gzip(letter).replace(12, 6, "\xff\xff\xff\xff\xff\xff"), "gzip"},
      {"gzip over br", gzip(noise), "br, gzip"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const decoded d = decode_as(row.body, row.coding);
      BOOST_TEST((d.status == decode_status::opaque));
      BOOST_TEST(d.text.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(every_truncation_gives_a_prefix) {
  std::string long_text;
  for (int i = 0; i < 200; ++i) long_text += "row " + std::to_string(i * 7919) + " rejected; ";
  const std::pair<const char*, std::string> rows[] = {{"gzip", gzip(long_text)},
                                                      {"deflate", compress(long_text, 15)},
                                                      {"deflate", compress(long_text, -15)},
                                                      {"br", brotli(long_text)},
                                                      {"zstd", zstd(long_text)}};
  for (const auto& [coding, whole] : rows) {
    for (std::size_t n = 0; n < whole.size(); ++n) {
      const decoded d = decode_as(std::string_view(whole).substr(0, n), coding);
      BOOST_REQUIRE(d.status != decode_status::complete || n == 0 || !d.had_coding);
      if (d.had_coding) BOOST_REQUIRE(long_text.starts_with(d.text));
    }
  }
}

BOOST_AUTO_TEST_CASE(stops_at_the_limit) {
  const std::string body(1000, 'a');
  for (const std::size_t most : {0UL, 1UL, 999UL, 1000UL, 1001UL}) {
    const std::pair<const char*, std::string> rows[] = {
        {"", body}, {"gzip", gzip(body)}, {"br", brotli(body)}, {"zstd", zstd(body)}};
    for (const auto& [coding, packed] : rows) {
      const decoded d = decode_as(packed, coding, "", most);
      BOOST_TEST_CONTEXT(most << " " << coding) {
        BOOST_TEST(d.text.size() == std::min<std::size_t>(most, 1000));
        BOOST_TEST((d.status == (most < 1000 ? decode_status::cut : decode_status::complete)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(cuts_between_characters) {
  const decoded d = decode_as("aü€x", "", "", 4);
  BOOST_TEST(d.text == "aü");
  BOOST_TEST((d.status == decode_status::cut));
}

// As large as it takes: four times the limit of the plain ones, and so much of gzip that the bytes
// of the inner layer are a bomb in the outer one by themselves.
BOOST_AUTO_TEST_CASE(defuses_bombs) {
  const std::string blanks(4 << 20, ' ');
  const struct {
    const char* coding;
    const char* twice;
    std::string bomb;
    std::string nested;
  } rows[] = {{"gzip", "gzip, gzip", gzip(blanks), gzip(gzip(std::string(16 << 20, ' ')))},
              {"br", "br, br", brotli(blanks), brotli(brotli(blanks))},
              {"zstd", "zstd, zstd", zstd(blanks), zstd(zstd(blanks))}};
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.coding) {
      const decoded d = decode_as(row.bomb, row.coding, "", 1 << 20);
      BOOST_TEST((d.status == decode_status::cut));
      // Far below the limit: the ratio gave it away.
      BOOST_TEST(d.text.size() <= 16 * 1024);
      const decoded nested = decode_as(row.nested, row.twice, "", limit);
      BOOST_TEST((nested.status != decode_status::complete));
      BOOST_TEST(nested.text.size() <= limit);
    }
  }
}

// Frames that hold nothing cost no more than the bytes that they are.
BOOST_AUTO_TEST_CASE(passes_over_many_empty_frames) {
  std::string frames;
  while (frames.size() < limit) frames += zstd("") + zstd_skippable("");
  const decoded d = decode_as(frames + zstd(letter), "zstd");
  BOOST_TEST(d.text == letter);
}

BOOST_AUTO_TEST_CASE(tells_whether_the_declaration_was_true) {
  const struct {
    const char* what;
    std::string body;
    const char* coding;
    bool as_declared;
  } rows[] = {
      {"plain", letter, "", true},
      {"gzip", gzip(letter), "x-gzip", true},
      {"stacked", brotli(gzip(letter)), "gzip, br", true},
      {"undeclared", gzip(letter), "", false},
      {"twice, declared once", gzip(gzip(letter)), "gzip", false},
      {"once, declared twice", gzip(letter), "gzip, gzip", false},
      {"plain, declared", letter, "br", false},
      {"another", zstd(letter), "gzip", false},
  };
  for (const auto& row : rows)
    BOOST_TEST(decode_as(row.body, row.coding).as_declared == row.as_declared, row.what);
}

BOOST_AUTO_TEST_CASE(keeps_pages_that_pack_well) {
  std::string page;
  for (int i = 0; i < 400; ++i) page += "<tr><td>row " + std::to_string(i) + "</td></tr>\n";
  BOOST_TEST((decode_as(gzip(page), "gzip").status == decode_status::complete));
  BOOST_TEST((decode_as(brotli(page), "br").status == decode_status::complete));
  BOOST_TEST((decode_as(zstd(page), "zstd").status == decode_status::complete));
}

BOOST_AUTO_TEST_CASE(never_gives_what_is_not_utf8) {
  std::uint32_t seed = 7;
  for (unsigned round = 0; round < 3000; ++round) {
    std::string body;
    const std::size_t size = round % 97;
    for (std::size_t i = 0; i < size; ++i) {
      seed = seed * 1664525 + 1013904223;
      body.push_back(static_cast<char>(seed >> 24));
    }
    for (const char* type : {"", "text/plain; charset=utf-8", "text/plain; charset=utf-16",
                             "text/plain; charset=shift_jis", "text/plain; charset=iso-8859-7"}) {
      for (const char* coding : {"", "gzip", "deflate", "br", "zstd"}) {
        const decoded d = decode_as(body, coding, type, 50);
        BOOST_REQUIRE(errata::is_utf8(d.text));
        BOOST_REQUIRE(d.text.size() <= 50);
        BOOST_REQUIRE(d.text.find('\0') == std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
