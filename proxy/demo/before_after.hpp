// The demo's table: the same path asked from the legacy service and through errata, what came of
// it, and whether that is what errata promises.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/demo/legacy_answers.hpp"
#include "proxy/demo/plain_client.hpp"

namespace errata {

// One line of the table before it is asked for.
struct demo_case {
  std::string_view group;
  std::string title;
  std::string legacy_path;  // empty: nothing to ask the legacy service for
  std::string path;         // as asked through errata
  promised after = promised::envelope;
  unsigned status = 0;  // that errata must send; 0: any fitting one
  unsigned tries = 1;   // at most so many requests, until `status` comes: for rate limits
  std::chrono::milliseconds patience{10'000};  // with the legacy service
};

struct comparison {
  demo_case asked;
  fetched before;
  fetched after;
};

// Every answer of the legacy service, and what errata answers by itself.
std::vector<demo_case> demo_cases();

// Makes the requests.
comparison compare(const demo_case& asked, std::uint16_t legacy_port, std::uint16_t errata_port);

// What is wrong with the answer of errata; empty when it is as promised.
std::string broken_promise(const comparison& made);

// Both answers in two to four lines of at most table_columns characters, each ended by a newline.
// `colour`: with the escapes of a terminal, which do not count.
inline constexpr std::size_t table_columns = 116;
std::string table_entry(const comparison& made, bool colour);

}  // namespace errata
