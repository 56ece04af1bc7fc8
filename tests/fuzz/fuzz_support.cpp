#include "tests/fuzz/fuzz_support.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iterator>

// Of the sanitizers' runtime. A build without one has none, and counts nothing.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void*,
                                                                           std::size_t),
                                                         void (*released)(const volatile void*))
    __attribute__((weak));

namespace errata::fuzz {
namespace {

std::size_t allocated = 0;  // libFuzzer runs a target in one thread

void count_allocation(const volatile void*, std::size_t size) {
  allocated += size;
}
void ignore_release(const volatile void*) {}

constexpr char place_of_secret = '\x1A';
constexpr int most_places = 8;

// Every class of rule that goes by the status.
constexpr std::array<unsigned, 16> statuses = {400, 401, 403, 404, 405, 407, 409, 413,
                                               416, 422, 429, 500, 502, 503, 504, 999};

// Whether the input itself spells the secret's mark, if only with bytes within it that no message
// keeps.
bool spells(std::string_view input, const promises::secret& one) {
  std::string visible;
  std::copy_if(input.begin(), input.end(), std::back_inserter(visible),
               [](char c) { return c > ' ' && c < 0x7F; });
  return promises::shows(input, one) || promises::shows(visible, one);
}

}  // namespace

void require(bool holds, std::string_view what, std::string_view where) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %.*s %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(where.size()), where.data());
  std::abort();
}

std::size_t allocated_bytes() noexcept {
  if (__sanitizer_install_malloc_and_free_hooks == nullptr) return 0;
  static const int installed =
      __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release);
  require(installed > 0, "the allocator cannot be counted");
  return allocated;
}

std::string sown(std::string_view text, const promises::secret& one) {
  std::string out;
  int places = 0;
  for (const char c : text) {
    if (c == place_of_secret && places < most_places) {
      ++places;
      out.append(" ").append(one.planted).append(" ");
    } else {
      out += c;
    }
  }
  return out;
}

bool lets_out(std::string_view text, std::string_view before, const promises::secret& one) {
  return promises::shows(text, one) && !spells(before, one);
}

sown_response::sown_response(const std::uint8_t* bytes, std::size_t size) {
  const std::uint8_t chosen = size > 0 ? bytes[0] : 0;
  const std::uint8_t flags = size > 1 ? bytes[1] : 0;
  head.status = statuses[chosen % statuses.size()];
  if (flags % 16 == 15) method = "HEAD";
  if (flags % 16 == 14) state = body_state::truncated;
  if (flags % 16 == 13) state = body_state::over_cap;
  if (flags % 16 >= 11) policy = status_policy::strict;
  std::string_view text = text_of(bytes, size).substr(std::min<std::size_t>(size, 2));
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    const std::string_view value = trim(line.substr(std::min(colon + 1, line.size())));
    if (is_token(line.substr(0, colon)) && is_field_value(value)) {
      head.fields.add(line.substr(0, colon), value);
    }
  }
  const promises::secret& one = promises::secrets[flags / 16 % promises::secrets.size()];
  body = sown(text, one);
  const bool planted = text.find(place_of_secret) != std::string_view::npos;
  if (planted && !spells(text_of(bytes, size), one)) secret = &one;
}

}  // namespace errata::fuzz
