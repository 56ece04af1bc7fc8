#include "proxy/wire/buffer.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

using namespace errata::wire;

BOOST_AUTO_TEST_SUITE(input_buffer)

namespace {

void put(buffer& into, std::string_view text) {
  const auto room = into.space();
  BOOST_REQUIRE(text.size() <= room.size());
  std::copy(text.begin(), text.end(), room.begin());
  into.commit(text.size());
}

void fill(buffer& into, char with) {
  put(into, std::string(into.space().size(), with));
}

}  // namespace

BOOST_AUTO_TEST_CASE(holds_no_block_until_it_is_asked_to) {
  buffer_pool pool;
  buffer one(pool);
  BOOST_TEST(!one.held());
  BOOST_TEST(one.empty());
  one.acquire();
  BOOST_TEST(one.held());
  const char* block = one.space().data();
  one.acquire();
  BOOST_TEST((one.space().data() == block));
  put(one, "text");
  one.release();
  BOOST_TEST(!one.held());
  BOOST_TEST(one.empty());
  one.release();
  one.acquire();
  BOOST_TEST(one.empty());
  BOOST_TEST((one.space().data() == block), "the block is lent again");
  BOOST_TEST(one.space().size() == buffer_capacity);
}

BOOST_AUTO_TEST_CASE(pool_keeps_256_blocks) {
  buffer_pool pool;
  std::vector<buffer_pool::block> lent;
  std::set<const char*> first;
  for (int i = 0; i < 257; ++i) {
    lent.push_back(pool.take());
    first.insert(lent.back().get());
  }
  BOOST_TEST(first.size() == 257u);
  std::set<const char*> kept;
  for (int i = 0; i < 256; ++i) kept.insert(lent[static_cast<std::size_t>(i)].get());
  for (auto& block : lent) pool.give_back(std::move(block));
  pool.give_back(nullptr);
  for (int i = 0; i < 256; ++i) {
    lent[static_cast<std::size_t>(i)] = pool.take();
    BOOST_TEST(kept.erase(lent[static_cast<std::size_t>(i)].get()) == 1u);
  }
  BOOST_TEST(kept.empty());
}

BOOST_AUTO_TEST_CASE(gives_back_what_was_put_in) {
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  put(one, "hello");
  BOOST_TEST(one.view() == "hello");
  BOOST_TEST((one.data() == one.view().data()));
  put(one, " world");
  BOOST_TEST(one.view() == "hello world");
  one.consume(6);
  BOOST_TEST(one.view() == "world");
  one.restore(6);
  BOOST_TEST(one.view() == "hello world");
  one.consume(11);
  BOOST_TEST(one.empty());
  one.restore(5);
  BOOST_TEST(one.view() == "world");
}

BOOST_AUTO_TEST_CASE(starts_at_the_front_again_once_it_is_empty) {
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  const char* front = one.space().data();
  fill(one, 'a');
  BOOST_TEST(one.space().empty());
  BOOST_TEST(one.view().size() == buffer_capacity);
  one.consume(buffer_capacity);
  BOOST_TEST(one.space().size() == buffer_capacity);
  BOOST_TEST((one.space().data() == front));
}

BOOST_AUTO_TEST_CASE(moves_bytes_down_only_when_there_is_no_room_behind) {
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  fill(one, 'a');
  one.consume(buffer_capacity - 10);
  const char* before = one.view().data();
  BOOST_TEST((one.view().data() == before), "not by looking");
  BOOST_TEST(one.space().size() == buffer_capacity - 10);
  BOOST_TEST((one.view().data() != before));
  BOOST_TEST(one.view() == std::string(10, 'a'));
  put(one, "b");
  const char* moved = one.view().data();
  one.consume(5);
  BOOST_TEST(one.space().size() == buffer_capacity - 11);
  BOOST_TEST((one.view().data() == moved + 5), "there is room");
  BOOST_TEST(one.view() == "aaaaab");
}

BOOST_AUTO_TEST_CASE(keeps_what_is_pinned_in_place) {
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  put(one, "HEADbody");
  const std::string_view head = one.view().substr(0, 4);
  one.pin(4);
  BOOST_TEST(one.view() == "body");
  // Whatever happens behind it: filled, drained, moved down.
  for (int i = 0; i < 5; ++i) {
    fill(one, 'x');
    BOOST_TEST(one.space().empty());
    one.consume(one.view().size() - 3);
    BOOST_TEST(!one.space().empty());
    BOOST_TEST(one.view() == "xxx");
    BOOST_TEST(head == "HEAD");
    one.consume(3);
    BOOST_TEST(one.space().size() == buffer_capacity - 4);
    BOOST_TEST(head == "HEAD");
  }
  put(one, "next");
  one.drop_pinned();
  BOOST_TEST(one.view() == "next");
  one.consume(4);
  BOOST_TEST(one.space().size() == buffer_capacity);
}

BOOST_AUTO_TEST_CASE(has_room_for_the_largest_head_and_a_read_behind_it) {
  BOOST_TEST(buffer_capacity > max_head_bytes);
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  put(one, std::string(max_head_bytes, 'h'));
  one.pin(max_head_bytes);
  BOOST_TEST(one.space().size() == buffer_capacity - max_head_bytes);
}

BOOST_AUTO_TEST_CASE(is_filled_no_further_than_is_asked_for) {
  buffer_pool pool;
  buffer one(pool);
  one.acquire();
  const char* front = one.space(relay_fill).data();
  BOOST_TEST(one.space(relay_fill).size() == relay_fill);
  put(one, "head");
  one.pin(4);
  BOOST_TEST(one.space(relay_fill).size() == relay_fill - 4);
  one.commit(relay_fill - 4);
  // A little is moved down, and nothing is written behind.
  one.consume(relay_fill - 4 - 10);
  BOOST_TEST(one.space(relay_fill).size() == relay_fill - 14);
  BOOST_TEST((one.view().data() == front + 4));
  BOOST_TEST(one.view().size() == 10u);
}

BOOST_AUTO_TEST_CASE(is_filled_further_where_nothing_could_be_read_else) {
  for (const std::size_t pinned : {relay_fill - 100, relay_fill, std::size_t{max_head_bytes}}) {
    buffer_pool pool;
    buffer one(pool);
    one.acquire();
    put(one, std::string(pinned, 'h'));
    BOOST_TEST(one.space(relay_fill).size() == buffer_capacity - pinned, pinned);
    one.pin(pinned);
    BOOST_TEST(one.space(relay_fill).size() == buffer_capacity - pinned, pinned);
  }
}

BOOST_AUTO_TEST_SUITE_END()
