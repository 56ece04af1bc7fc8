#include "proxy/retry_after.hpp"

#include <array>
#include <charconv>

namespace errata {

void append_number_line(std::string& head, std::string_view name_and_colon, std::uint64_t value) {
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  head.append(name_and_colon).append(static_cast<const char*>(digits.data()), end).append("\r\n");
}

void append_retry_after(std::string& head, unsigned status, const response_head* upstream,
                        unsigned seconds) {
  if (status != 429 && status != 503) return;
  if (upstream != nullptr && upstream->fields.has(field_id::retry_after)) return;
  append_number_line(head, "Retry-After: ", seconds > 0 ? seconds : default_retry_after_s);
}

}  // namespace errata
