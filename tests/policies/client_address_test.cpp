#include "policies/client_address.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(client_address)

namespace {

ip_address address(std::string_view text) {
  const auto parsed = ip_address::parse(text);
  BOOST_REQUIRE_MESSAGE(parsed, text);
  return *parsed;
}

std::vector<ip_network> networks(std::initializer_list<std::string_view> texts) {
  std::vector<ip_network> result;
  for (const auto text : texts) {
    const auto parsed = ip_network::parse(text);
    BOOST_REQUIRE_MESSAGE(parsed, text);
    result.push_back(*parsed);
  }
  return result;
}

std::string client(std::string_view peer, std::vector<std::string_view> forwarded_for,
                   const std::vector<ip_network>& trusted) {
  return find_client(address(peer), forwarded_for, trusted).to_string();
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_addresses_and_writes_them_canonically) {
  struct row {
    std::string_view text, canonical;
  };
  constexpr row rows[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"192.0.2.1", "192.0.2.1"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:db8::1", "2001:db8::1"},
      {"2001:DB8::ABCD", "2001:db8::abcd"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:0:0:4:0:0:0:8", "1:0:0:4::8"},
      {"1:0:0:4:5:0:0:8", "1::4:5:0:0:8"},
      {"1:2:3:0:5:6:7:8", "1:2:3:0:5:6:7:8"},
      {"1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8"},
      {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"fe80::204:61ff:fe9d:f156", "fe80::204:61ff:fe9d:f156"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:c000:201", "192.0.2.1"},
      {"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"},
      {"::192.0.2.1", "::c000:201"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.text) {
      const auto parsed = ip_address::parse(r.text);
      BOOST_REQUIRE(parsed);
      BOOST_TEST(parsed->to_string() == r.canonical);
      BOOST_TEST((ip_address::parse(parsed->to_string()) == parsed));
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_an_address) {
  const std::string_view texts[] = {
      "",
      " ",
      ".",
      "...",
      "1",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.",
      ".1.2.3",
      "1..2.3",
      "256.1.1.1",
      "1.2.3.04",
      "00.0.0.0",
      "01.2.3.4",
      "1.2.3.-4",
      "1.2.3.+4",
      "1.2.3.4 ",
      " 1.2.3.4",
      "0x1.2.3.4",
      "1.2.3.4a",
      "1.2.3.4/8",
      "1.2.3.4:80",
      "4294967296.1.1.1",
      "unknown",
      "localhost",
      ":",
      ":::",
      "::::",
      "1:",
      ":1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "1::2::3",
      "1:::2",
      "12345::",
      "g::",
      "0x1::",
      "-1::",
      "+1::",
      "1::-1",
      "[::1]",
      "::1%eth0",
      "fe80::1%1",
      "::1 ",
      "::1/64",
      "1.2.3.4::",
      "::1.2.3.4:5",
      "::1.2.3",
      "::1.2.3.256",
      "1:2:3:4:5:6:7:1.2.3.4",
      "::ffff:1.2.3.4.5",
      "1:2:3:4:5:6:7::1.2.3.4",
  };
  for (const auto text : texts) {
    BOOST_TEST_CONTEXT("'" << text << "'") {
      BOOST_TEST(!ip_address::parse(text));
    }
  }
  BOOST_TEST(!ip_address::parse(std::string_view("1.2.3.4\0", 8)));
  BOOST_TEST(!ip_address::parse(std::string(100'000, ':')));
  BOOST_TEST(!ip_address::parse(std::string(100'000, '1')));
}

BOOST_AUTO_TEST_CASE(a_mapped_address_equals_the_ipv4_one) {
  BOOST_TEST((address("::ffff:192.0.2.1") == ip_address::v4({192, 0, 2, 1})));
  BOOST_TEST(address("192.0.2.1").is_v4());
  BOOST_TEST(!address("::192.0.2.1").is_v4());
  BOOST_TEST(!address("::1").is_v4());
  BOOST_TEST(!address("1::ffff:192.0.2.1").is_v4());
}

BOOST_AUTO_TEST_CASE(reads_networks) {
  struct row {
    std::string_view text;
    int prefix_bits;  // -1: refused
  };
  constexpr row rows[] = {
      {"10.0.0.0/8", 104},
      {"10.1.2.3", 128},
      {"10.1.2.3/32", 128},
      {"0.0.0.0/0", 96},
      {"128.0.0.0/1", 97},
      {"::/0", 0},
      {"::1", 128},
      {"fd00::/8", 8},
      {"2001:db8::/127", 127},
      {"::ffff:10.0.0.0/104", 104},
      {"::ffff:0:0/96", 96},
      {"10.0.0.1/8", -1},
      {"10.0.0.0/7", 103},
      {"11.0.0.0/7", -1},
      {"10.0.0.0/33", -1},
      {"2001:db8::1/127", -1},
      {"::/129", -1},
      {"10.0.0.0/", -1},
      {"10.0.0.0/08", -1},
      {"10.0.0.0/-8", -1},
      {"10.0.0.0/+8", -1},
      {"10.0.0.0/ 8", -1},
      {"10.0.0.0/8/8", -1},
      {"10.0.0.0/8x", -1},
      {"10.0.0.0/4294967304", -1},
      {"10.0/8", -1},
      {"/8", -1},
      {"", -1},
      {"example.com/8", -1},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.text) {
      const auto parsed = ip_network::parse(r.text);
      BOOST_TEST((parsed ? static_cast<int>(parsed->prefix_bits) : -1) == r.prefix_bits);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_network_contains_its_range_and_no_more) {
  struct row {
    std::string_view network, inside_first, inside_last, before, after;
  };
  constexpr row rows[] = {
      {"10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
      {"192.0.2.64/26", "192.0.2.64", "192.0.2.127", "192.0.2.63", "192.0.2.128"},
      {"192.0.2.8/31", "192.0.2.8", "192.0.2.9", "192.0.2.7", "192.0.2.10"},
      {"192.0.2.8", "192.0.2.8", "192.0.2.8", "192.0.2.7", "192.0.2.9"},
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::1"},
      {"2001:db8::/33", "2001:db8::", "2001:db8:7fff:ffff::1",
       "2001:db7:ffff::", "2001:db8:8000::"},
      {"fd00::/8", "fd00::", "fdff::1", "fc00::", "fe00::"},
      {"::ffff:10.0.0.0/104", "10.0.0.0", "::ffff:10.1.2.3", "9.0.0.0", "::10.0.0.0"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.network) {
      const ip_network network = networks({r.network}).front();
      BOOST_TEST(network.contains(address(r.inside_first)));
      BOOST_TEST(network.contains(address(r.inside_last)));
      BOOST_TEST(!network.contains(address(r.before)));
      BOOST_TEST(!network.contains(address(r.after)));
    }
  }
  BOOST_TEST(networks({"::/0"}).front().contains(address("192.0.2.1")));
  BOOST_TEST(!any_contains({}, address("::1")));
  BOOST_TEST(any_contains(networks({"10.0.0.0/8", "::1"}), address("::1")));
}

BOOST_AUTO_TEST_CASE(finds_the_rightmost_hop_that_is_not_trusted) {
  const auto trusted = networks({"10.0.0.0/8", "127.0.0.1", "fd00::/8"});
  struct row {
    std::string_view what, peer;
    std::vector<std::string_view> forwarded_for;
    std::string_view client;
  };
  const row rows[] = {
      {"no field", "10.0.0.1", {}, "10.0.0.1"},
      {"an empty field", "10.0.0.1", {""}, "10.0.0.1"},
      {"a peer that is not trusted", "192.0.2.9", {"198.51.100.1"}, "192.0.2.9"},
      {"an untrusted peer that claims to be local", "192.0.2.9", {"127.0.0.1"}, "192.0.2.9"},
      {"one hop", "10.0.0.1", {"198.51.100.1"}, "198.51.100.1"},
      {"a trusted proxy behind another", "10.0.0.1", {"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
      {"a hop the client made up", "10.0.0.1", {"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
      {"a trusted hop the client made up",
       "10.0.0.1",
       {"10.9.9.9, 198.51.100.1, 10.0.0.2"},
       "198.51.100.1"},
      {"all trusted: the leftmost", "10.0.0.1", {"10.0.0.4, 10.0.0.3", "10.0.0.2"}, "10.0.0.4"},
      {"several fields",
       "10.0.0.1",
       {"1.1.1.1", "198.51.100.1, 10.0.0.3", "10.0.0.2"},
       "198.51.100.1"},
      {"an empty field among several",
       "10.0.0.1",
       {"198.51.100.1", "", "10.0.0.2"},
       "198.51.100.1"},
      {"junk on the left is not reached", "10.0.0.1", {"<script>, 198.51.100.1"}, "198.51.100.1"},
      {"junk on the right ends it at the peer", "10.0.0.1", {"198.51.100.1, junk"}, "10.0.0.1"},
      {"junk in the middle ends it there",
       "10.0.0.1",
       {"198.51.100.1, unknown, 10.0.0.2"},
       "10.0.0.2"},
      {"junk in a field of its own", "10.0.0.1", {"198.51.100.1", "x", "10.0.0.2"}, "10.0.0.2"},
      {"empty members", "10.0.0.1", {",, 198.51.100.1 ,,\t, 10.0.0.2,"}, "198.51.100.1"},
      {"nothing but commas", "10.0.0.1", {",,,"}, "10.0.0.1"},
      {"no space, much space",
       "10.0.0.1",
       {"198.51.100.1,10.0.0.2 \t ,  10.0.0.3"},
       "198.51.100.1"},
      {"a port", "10.0.0.1", {"198.51.100.1:4711"}, "198.51.100.1"},
      {"brackets", "10.0.0.1", {"[2001:db8::1]"}, "2001:db8::1"},
      {"brackets and a port", "10.0.0.1", {"[2001:db8::1]:443"}, "2001:db8::1"},
      {"no brackets", "10.0.0.1", {"2001:db8::1"}, "2001:db8::1"},
      {"a trusted IPv6 hop", "fd00::1", {"2001:db8::1, fd00::2"}, "2001:db8::1"},
      {"a mapped hop", "10.0.0.1", {"::ffff:198.51.100.1"}, "198.51.100.1"},
      {"a mapped hop in brackets", "10.0.0.1", {"[::ffff:198.51.100.1]:1"}, "198.51.100.1"},
      {"a mapped hop that is trusted",
       "10.0.0.1",
       {"198.51.100.1, ::ffff:10.0.0.2"},
       "198.51.100.1"},
      {"a mapped peer that is trusted", "::ffff:10.0.0.1", {"198.51.100.1"}, "198.51.100.1"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      BOOST_TEST(client(r.peer, r.forwarded_for, trusted) == r.client);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_hop_in_another_form_ends_the_walk) {
  const auto trusted = networks({"10.0.0.0/8"});
  const std::string_view hops[] = {
      "198.51.100.1:",
      "198.51.100.1:x",
      "198.51.100.1:65536",
      "198.51.100.1:080",
      "198.51.100.1:-1",
      "198.51.100.1 :80",
      "[198.51.100.1]",
      "[198.51.100.1]:80",
      "[2001:db8::1",
      "2001:db8::1]",
      "[2001:db8::1]443",
      "[2001:db8::1]:",
      "[2001:db8::1]:99999",
      "[[2001:db8::1]]",
      "[]",
      "[]:80",
      "[2001:db8::1%1]",
      "\"198.51.100.1\"",
      "for=198.51.100.1",
      "198.51.100.1;x",
      "_hidden",
      "unknown",
      "198.51.100.1/32",
      "0xC6.51.100.1",
      "198.51.100.01",
      "198.51.100.1 10.0.0.3",
  };
  for (const auto hop : hops) {
    BOOST_TEST_CONTEXT(hop) {
      BOOST_TEST(client("10.0.0.1", {hop}, trusted) == "10.0.0.1");
    }
  }
}

BOOST_AUTO_TEST_CASE(trusts_nobody_without_a_list) {
  BOOST_TEST(client("127.0.0.1", {"198.51.100.1"}, {}) == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(trusting_everyone_gives_the_leftmost) {
  BOOST_TEST(client("10.0.0.1", {"198.51.100.1, 203.0.113.1"}, networks({"::/0"})) ==
             "198.51.100.1");
}

BOOST_AUTO_TEST_CASE(walks_a_thousand_hops) {
  const auto trusted = networks({"10.0.0.0/8"});
  std::string many = "10.255.0.1";
  for (int i = 0; i < 1000; ++i) many += ", 10.0." + std::to_string(i / 250) + ".7";
  BOOST_TEST(client("10.0.0.1", {many}, trusted) == "10.255.0.1");
  BOOST_TEST(client("10.0.0.1", {"198.51.100.1", many}, trusted) == "198.51.100.1");
  BOOST_TEST(client("10.0.0.1", {"198.51.100.1", std::string(60'000, ',')}, trusted) ==
             "198.51.100.1");
  BOOST_TEST(client("10.0.0.1", {std::string(60'000, '[')}, trusted) == "10.0.0.1");
  BOOST_TEST(client("10.0.0.1", {std::string(60'000, ':')}, trusted) == "10.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()
