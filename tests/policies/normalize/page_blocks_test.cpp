#include "policies/normalize/page_blocks.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "policies/normalize/utf8.hpp"

namespace {

using errata::block_kind;
using errata::page;

}  // namespace

BOOST_AUTO_TEST_SUITE(page_blocks)

BOOST_AUTO_TEST_CASE(makes_no_block_of_blanks) {
  page p;
  errata::page_blocks blocks(p);
  blocks.add(" \n\t", false);
  blocks.end_block(block_kind::paragraph);
  blocks.end_block(block_kind::heading);
  BOOST_TEST(p.blocks.empty());
}

BOOST_AUTO_TEST_CASE(collapses_blanks_but_keeps_the_lines_of_preformatted_text) {
  page p;
  errata::page_blocks blocks(p);
  blocks.add(" a \r\n  b &amp; c", false);
  blocks.end_block(block_kind::paragraph);
  blocks.add(" a \r\n  b\rc", false);
  blocks.end_block(block_kind::preformatted);
  BOOST_TEST_REQUIRE(p.blocks.size() == 2U);
  BOOST_TEST(p.blocks[0].text == "a b & c");
  BOOST_TEST(p.blocks[1].text == " a \n  b\nc");
}

BOOST_AUTO_TEST_CASE(takes_bold_words_at_the_start_for_a_label) {
  page p;
  errata::page_blocks blocks(p);
  blocks.add(" ", false);
  blocks.begin_bold();
  blocks.add("Error Code:", false);
  blocks.end_bold();
  blocks.add(" : E17", false);
  blocks.end_block(block_kind::paragraph);
  blocks.add("not ", false);
  blocks.begin_bold();
  blocks.add("here", false);
  blocks.end_bold();
  blocks.end_block(block_kind::paragraph);
  BOOST_TEST_REQUIRE(p.blocks.size() == 2U);
  BOOST_TEST(p.blocks[0].label == "error code");
  BOOST_TEST(p.blocks[0].rest == "E17");
  BOOST_TEST(p.blocks[0].text == "Error Code: : E17");
  BOOST_TEST(p.blocks[1].label == "");
}

BOOST_AUTO_TEST_CASE(takes_a_header_cell_for_the_label_of_the_next) {
  page p;
  errata::page_blocks blocks(p);
  blocks.add("Reason:", false);
  blocks.end_header_cell();
  blocks.add("Sold out", false);
  blocks.end_block(block_kind::paragraph);
  BOOST_TEST_REQUIRE(p.blocks.size() == 1U);
  BOOST_TEST(p.blocks[0].label == "reason");
  BOOST_TEST(p.blocks[0].rest == "Sold out");
}

BOOST_AUTO_TEST_CASE(is_linked_only_if_all_of_it_is) {
  page p;
  errata::page_blocks blocks(p);
  blocks.add(" ", false);
  blocks.add("home", true);
  blocks.end_block(block_kind::paragraph);
  blocks.add("go ", false);
  blocks.add("home", true);
  blocks.end_block(block_kind::paragraph);
  BOOST_TEST_REQUIRE(p.blocks.size() == 2U);
  BOOST_TEST(p.blocks[0].linked);
  BOOST_TEST(!p.blocks[1].linked);
}

BOOST_AUTO_TEST_CASE(is_bounded) {
  page p;
  errata::page_blocks blocks(p);
  for (int i = 0; i < 2000; ++i) blocks.add("größer ", false);
  blocks.add_plain(std::string(9000, 'x'), false);
  blocks.end_block(block_kind::preformatted);
  BOOST_TEST(p.blocks[0].text.size() <= 8192U);
  BOOST_TEST(errata::is_utf8(p.blocks[0].text));
  while (!blocks.full()) {
    blocks.add("x", false);
    blocks.end_block(block_kind::paragraph);
  }
  BOOST_TEST(p.blocks.size() == errata::most_page_blocks);
}

BOOST_AUTO_TEST_SUITE_END()
