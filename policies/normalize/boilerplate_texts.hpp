// The texts that servers put on error pages of themselves, for boilerplate.hpp. They are written in
// their simple form: lower-case ASCII letters, digits and bytes beyond ASCII, one blank between
// words.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace errata::boilerplate_texts {

using std::string_view_literals::operator""sv;

// How a text begins: its first eight bytes, and which of them there are.
struct opening {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;

  constexpr opening() noexcept = default;
  constexpr explicit opening(std::string_view text) noexcept {
    for (std::size_t i = 0; i < std::min(text.size(), most); ++i) set(i, text[i]);
  }

  static constexpr std::size_t most = 8;
  constexpr void set(std::size_t i, char c) noexcept {
    bytes |= std::uint64_t{static_cast<unsigned char>(c)} << i * 8;
    mask |= std::uint64_t{0xFF} << i * 8;
  }
  constexpr char front() const noexcept { return static_cast<char>(bytes & 0xFF); }

  // Whether a text that begins like this may begin with one that begins like `other`.
  constexpr bool may_start_with(const opening& other) const noexcept {
    return ((bytes ^ other.bytes) & other.mask) == 0;
  }
};

// Texts, of which only those are looked at whole that begin like what is compared with them.
template <std::size_t N>
class text_list {
 public:
  constexpr explicit text_list(std::array<std::string_view, N> texts) : texts_(texts) {
    static_assert(N < 256);
    std::sort(texts_.begin(), texts_.end());
    for (std::size_t i = N; i-- > 0;) {
      openings_[i] = opening(texts_[i]);
      const auto first = static_cast<unsigned char>(texts_[i].front());
      begin_[first] = static_cast<std::uint8_t>(i);
      if (end_[first] == 0) end_[first] = static_cast<std::uint8_t>(i + 1);
    }
  }

  // Whether a text that begins like `text` may be one of them, or begin with one.
  bool may_have(const opening& text) const noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    return std::any_of(openings_.begin() + begin_[first], openings_.begin() + end_[first],
                       [&text](const opening& known) { return text.may_start_with(known); });
  }
  bool contains(std::string_view text) const noexcept {
    return any_like(text, [text](std::string_view known) { return known == text; });
  }
  bool has_prefix_of(std::string_view text) const noexcept {
    return any_like(text, [text](std::string_view known) { return text.starts_with(known); });
  }

 private:
  template <class F>
  bool any_like(std::string_view text, F&& f) const noexcept {
    if (text.empty()) return false;
    const opening begins(text);
    const auto first = static_cast<unsigned char>(text.front());
    for (std::size_t i = begin_[first]; i < end_[first]; ++i) {
      if (begins.may_start_with(openings_[i]) && f(texts_[i])) return true;
    }
    return false;
  }

  std::array<std::string_view, N> texts_;
  std::array<opening, N> openings_;
  std::array<std::uint8_t, 256> begin_{};  // by first byte
  std::array<std::uint8_t, 256> end_{};
};

inline constexpr text_list names(std::array{
    "access denied"sv,
    "access forbidden"sv,
    "an error has occurred"sv,
    "an error occurred"sv,
    "an internal error occurred"sv,
    "an internal server error occurred"sv,
    "an unexpected error occurred"sv,
    "application error"sv,
    "authorization required"sv,
    "bad gateway"sv,
    "bad request"sv,
    "conflict"sv,
    "expectation failed"sv,
    "failed dependency"sv,
    "forbidden"sv,
    "gateway time out"sv,
    "gateway timeout"sv,
    "gone"sv,
    "http version not supported"sv,
    "huh"sv,
    "i m a teapot"sv,
    "insufficient storage"sv,
    "internal error"sv,
    "internal server error"sv,
    "length required"sv,
    "locked"sv,
    "loop detected"sv,
    "method not allowed"sv,
    "misdirected request"sv,
    "network authentication required"sv,
    "no such resource"sv,
    "forbidden resource"sv,
    "not acceptable"sv,
    "not allowed"sv,
    "not extended"sv,
    "not found"sv,
    "not implemented"sv,
    "oops"sv,
    "oops something went wrong"sv,
    "something went wrong"sv,
    "page not found"sv,
    "page expired"sv,
    "payload too large"sv,
    "content too large"sv,
    "payment required"sv,
    "precondition failed"sv,
    "precondition required"sv,
    "processing failed"sv,
    "proxy authentication required"sv,
    "proxy error"sv,
    "range not satisfiable"sv,
    "request entity too large"sv,
    "request header fields too large"sv,
    "request range not satisfiable"sv,
    "request time out"sv,
    "request timeout"sv,
    "request uri too large"sv,
    "request uri too long"sv,
    "requested range not satisfiable"sv,
    "server error"sv,
    "server unavailable"sv,
    "service temporarily unavailable"sv,
    "service unavailable"sv,
    "temporarily unavailable"sv,
    "the requested resource is not found"sv,
    "the requested resource was not found"sv,
    "too early"sv,
    "too many requests"sv,
    "unauthorized"sv,
    "unavailable for legal reasons"sv,
    "unknown error"sv,
    "unprocessable content"sv,
    "unprocessable entity"sv,
    "unsupported media type"sv,
    "upgrade required"sv,
    "uri too long"sv,
    "variant also negotiates"sv,
    "whitelabel error page"sv,
    "website error"sv,
});

// How phrases begin that servers put on every page.
inline constexpr text_list phrases(std::array{
    "a website error has occurred"sv,
    "additionally a "sv,
    "an appropriate representation of the requested resource could not be found"sv,
    "an error occurred while processing your request"sv,
    "an unhandled exception"sv,
    "apologies for any inconvenience"sv,
    "either the server is overloaded or there is an error"sv,
    "faithfully yours"sv,
    "generated by "sv,
    "go back"sv,
    "go to the home"sv,
    "if you are the administrator"sv,
    "if you are the application owner"sv,
    "if you are the owner"sv,
    "if you are the system administrator"sv,
    "if you think this is a server error"sv,
    "more information about this error may be available"sv,
    "no server is available to handle this request"sv,
    "no context found for request"sv,
    "no further information"sv,
    "please contact the server administrator"sv,
    "please contact the webmaster"sv,
    "please contact your system administrator"sv,
    "please inform the administrator"sv,
    "powered by "sv,
    "problem accessing "sv,
    "return to "sv,
    "sorry for the inconvenience"sv,
    "sorry for the temporary inconvenience"sv,
    "sorry the page you are looking for is currently unavailable"sv,
    "the application could not run"sv,
    "the following error was encountered while trying to retrieve the url"sv,
    "your cache administrator is"sv,
    "the full stack trace"sv,
    "the full exception"sv,
    "the method received in the request line is known by"sv,
    "the origin server did not find a current representation"sv,
    "the proxy server could not handle the request"sv,
    "the proxy server received an invalid"sv,
    "the request could not be completed due to a conflict with the current state of the target"sv,
    "the request has not been applied"sv,
    "the server cannot or will not process"sv,
    "the server didn t respond in time"sv,
    "the server did not respond in time"sv,
    "the server encountered a temporary error"sv,
    "the server encountered an error"sv,
    "the server encountered an internal error"sv,
    "the server encountered an unexpected"sv,
    "the server is currently unable to handle the request"sv,
    "the server is temporarily unable to service your request"sv,
    "the server refused this request because"sv,
    "the server returned an invalid or incomplete response"sv,
    "the server returned a "sv,
    "the server understood the request but refuses"sv,
    "this server could not verify that you are authorized"sv,
    "the server was acting as a gateway"sv,
    "the server does not support the functionality"sv,
    "the upstream server"sv,
    "there was an unexpected error type"sv,
    "this application has no explicit mapping"sv,
    "this page is automatically generated"sv,
    "try this"sv,
    "visit the home page"sv,
    "we re sorry but something went wrong"sv,
    "whoops looks like something went wrong"sv,
    "you re seeing this error because"sv,
    "you re seeing the help section"sv,
});

inline constexpr text_list stock(std::array{
    "access was denied to this resource"sv,
    "check the address bar"sv,
    "the page you are looking for"sv,
    "the page you requested"sv,
    "the page you were looking for"sv,
    "request precondition failed"sv,
    "the body of the request was too large"sv,
    "the range requested is not available"sv,
    "the request media type is not supported"sv,
    "the requested file was not found"sv,
    "the resource could not be generated"sv,
    "the resource is locked"sv,
    "unable to process the contained instructions"sv,
    "the requested page"sv,
    "the requested resource"sv,
    "the requested url"sv,
    "the resource could not be found"sv,
    "the resource you are looking for"sv,
    "the server could not comply with the request"sv,
    "the url you requested"sv,
    "there was a conflict when trying to complete"sv,
    "there was an error processing"sv,
    "this page could not be found"sv,
    "this resource is no longer available"sv,
    "your browser sent"sv,
    "your client has issued"sv,
});

}  // namespace errata::boilerplate_texts
