#include "proxy/wire/head_parser.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <exception>

namespace errata::wire {
namespace {

namespace http = boost::beast::http;
using beast_text = boost::beast::string_view;
using error_code = boost::beast::error_code;

std::string_view view_of(beast_text text) noexcept {
  return {text.data(), text.size()};
}

// What each name that Beast knows is to us, so that no name is looked up twice.
field_id field_of(http::field known, std::string_view name) noexcept {
  constexpr auto count = static_cast<std::size_t>(http::field::xref) + 1;
  static const auto ids = [] {
    std::array<field_id, count> table{};
    for (std::size_t i = 0; i < count; ++i) {
      table[i] = identify_field(view_of(http::to_string(static_cast<http::field>(i))));
    }
    return table;
  }();
  const auto index = static_cast<std::size_t>(known);
  return known == http::field::unknown || index >= count ? identify_field(name) : ids[index];
}

// Hands Beast's callbacks to a head of ours. The body is never given to it: framing is ours.
template <bool is_request, class Head>
class view_parser final : public http::basic_parser<is_request> {
 public:
  explicit view_parser(Head& into) noexcept : into_(into) {}

 private:
  void on_request_impl(http::verb, beast_text method, beast_text target, int version,
                       error_code&) override {
    if constexpr (is_request) {
      into_.method = view_of(method);
      into_.target = view_of(target);
      into_.version_minor = version % 10;
    }
  }
  void on_response_impl(int status, beast_text reason, int version, error_code&) override {
    if constexpr (!is_request) {
      into_.status = static_cast<unsigned>(status);
      into_.reason = view_of(reason);
      into_.version_minor = version % 10;
    }
  }
  void on_field_impl(http::field known, beast_text name, beast_text value, error_code&) override {
    into_.fields.add(field_of(known, view_of(name)), view_of(name), view_of(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast_text body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast_text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast_text body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  Head& into_;
};

// Whether the start line has an HTTP version at its place: Beast says bad_version of anything else
// that it finds there too.
template <bool is_request>
bool names_a_version(std::string_view head) noexcept {
  std::string_view line = head.substr(0, head.find("\r\n"));
  if constexpr (is_request) {
    const auto target = line.find(' ');
    const auto version = target == std::string_view::npos ? target : line.find(' ', target + 1);
    if (version == std::string_view::npos) return false;
    line.remove_prefix(version + 1);
  }
  const auto digit = [&](std::size_t i) { return line[i] >= '0' && line[i] <= '9'; };
  constexpr std::string_view name = "HTTP/";
  return line.size() == name.size() + 3 && line.starts_with(name) && digit(5) && line[6] == '.' &&
         digit(7);
}

template <bool is_request, class Head>
head_fault parse(std::string_view head, Head& into) {
  into.fields.clear();
  view_parser<is_request, Head> parser(into);
  parser.header_limit(static_cast<std::uint32_t>(head.size() + 1));
  parser.body_limit(boost::none);
  error_code failed;
  try {
    parser.put(boost::asio::const_buffer(head.data(), head.size()), failed);
  } catch (const std::exception&) {
    // 1.81 throws on some lines of more than 64 KiB.
    return head_fault::malformed;
  }
  if (failed == http::error::bad_version) {
    return names_a_version<is_request>(head) ? head_fault::version_not_supported
                                             : head_fault::malformed;
  }
  if (failed || !parser.is_header_done()) return head_fault::malformed;
  return head_fault::none;
}

}  // namespace

head_scanner::found head_scanner::scan(std::string_view bytes) noexcept {
  while (position_ < bytes.size()) {
    const char* start = bytes.data() + position_;
    const std::size_t from = std::max(position_, searched_);
    const auto* feed =
        static_cast<const char*>(std::memchr(bytes.data() + from, '\n', bytes.size() - from));
    if (feed == nullptr) {
      searched_ = bytes.size();
      return found::incomplete;
    }
    const bool bare = feed == start || feed[-1] != '\r';
    if (bare && !tolerant_) return found::bare_line_feed;
    odd_ = odd_ || bare;
    const auto size = static_cast<std::size_t>(feed - start) + 1;
    position_ += size;
    if (size == (bare ? 1U : 2U)) return found::complete;
    if (lines_++ == 0) {
      first_line_ = size;
    } else if (*start == ' ' || *start == '\t') {
      if (!tolerant_) return found::folded_line;
      odd_ = true;
    }
  }
  return found::incomplete;
}

head_fault parse_request_head(std::string_view head, request_head& into) {
  return parse<true>(head, into);
}

head_fault parse_response_head(std::string_view head, response_head& into) {
  return parse<false>(head, into);
}

}  // namespace errata::wire
