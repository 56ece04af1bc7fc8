#include "proxy/retry_after.hpp"

#include <array>
#include <charconv>

namespace errata {

void append_number_line(std::string& head, std::string_view name_and_colon, std::uint64_t value) {
  std::array<char, 22> digits;
  char* end = digits.data();
  if (value < 10) {  // as most waits are
    *end++ = static_cast<char>('0' + value);
  } else {
    end = std::to_chars(end, end + 20, value).ptr;
  }
  *end++ = '\r';
  *end++ = '\n';
  head.append(name_and_colon).append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_retry_after(std::string& head, unsigned status, const response_head* upstream,
                        unsigned seconds) {
  if (status != 429 && status != 503) return;
  if (upstream != nullptr && upstream->fields.has(field_id::retry_after)) return;
  append_number_line(head, "Retry-After: ", seconds > 0 ? seconds : default_retry_after_s);
}

}  // namespace errata
