#include "policies/normalize/unzstd.hpp"

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/support/codings.hpp"

namespace {

using namespace errata;
using testing::zstd;

constexpr std::size_t limit = 64 * 1024;

// Text that repeats itself over any distance.
std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) {
    text += "order " + std::to_string(i * 7919 % 3001) + " is closed; ";
  }
  text.resize(size);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unzstd)

// The decoder is given a smaller window than the frame names: nothing may change but its memory.
BOOST_AUTO_TEST_CASE(reads_frames_of_any_window) {
  for (const int window_log : {0, 10, 17, 18, 20, 23}) {
    for (const std::size_t size :
         std::initializer_list<std::size_t>{0, 1, 300, 5000, limit - 1, limit}) {
      BOOST_TEST_CONTEXT("window " << window_log << ", size " << size) {
        const std::string text = text_of(size);
        const decompressed got = unzstd_bytes(zstd(text, window_log), limit);
        BOOST_TEST((got.status == decompress_status::complete));
        BOOST_TEST(got.bytes == text);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(cuts_at_the_limit) {
  for (const int window_log : {0, 18, 23}) {
    for (const std::size_t size : {limit + 1, 3 * limit, 20 * limit}) {
      BOOST_TEST_CONTEXT("window " << window_log << ", size " << size) {
        const std::string text = text_of(size);
        const decompressed got = unzstd_bytes(zstd(text, window_log), limit);
        BOOST_TEST((got.status == decompress_status::cut));
        BOOST_TEST(got.bytes == text.substr(0, limit));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(goes_on_with_the_next_frame) {
  const std::string text = text_of(9000);
  const std::string several = zstd(text, 23) + testing::zstd_skippable("x") + zstd(text) + "rest";
  const decompressed got = unzstd_bytes(several, limit);
  BOOST_TEST((got.status == decompress_status::complete));
  BOOST_TEST(got.bytes == text + text);
}

BOOST_AUTO_TEST_CASE(refuses_windows_above_8_mib) {
  BOOST_TEST((unzstd_bytes(zstd(text_of(300), 24), limit).status == decompress_status::broken));
}

// Every place where the transfer may break off, headers included.
BOOST_AUTO_TEST_CASE(takes_what_came_of_a_cut_frame) {
  const std::string text = text_of(2000);
  for (const int window_log : {0, 23}) {
    const std::string whole = zstd(text, window_log);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const decompressed got = unzstd_bytes(whole.substr(0, size), limit);
      BOOST_TEST((got.status != decompress_status::complete), size);
      BOOST_TEST(text.starts_with(got.bytes), size);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
