#include "tests/load/exchanges.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace errata::load {

std::string chunk(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string size;
  for (std::size_t rest = bytes.size(); rest != 0; rest /= 16) size.insert(0, 1, digits[rest % 16]);
  return size.append("\r\n").append(bytes).append("\r\n");
}

std::string envelope_problem(const http_message& response, unsigned status, std::string_view type,
                             std::string_view text) {
  if (response.status() != status) return "wrong status";
  if (response.value("content-type") != "application/json") return "wrong Content-Type";
  if (response.count("content-encoding") != 0) return "still has Content-Encoding";
  if (response.value("content-length") != std::to_string(response.body.size())) {
    return "no Content-Length of its own";
  }
  boost::json::error_code error;
  const boost::json::value document = boost::json::parse(response.body, error);
  if (error || !document.is_object() || document.as_object().size() != 1) return "no envelope";
  const boost::json::value* envelope = document.as_object().if_contains("error");
  if (envelope == nullptr || !envelope->is_object()) return "no envelope";
  const auto member = [&](std::string_view name) -> std::string_view {
    const boost::json::value* value = envelope->as_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->as_string()) : "";
  };
  if (member("type") != type) return "wrong type";
  if (member("code").empty()) return "no code";
  if (member("message").empty()) return "no message";
  if (member("message").find(text) == std::string_view::npos) return "another one's message";
  if (member("message").find("Exception") != std::string_view::npos) return "leaks internals";
  return "";
}

namespace {

std::string filler(const std::string& tag, std::size_t size) {
  std::string out = tag + ' ';
  while (out.size() < size) out.append(out);
  out.resize(size);
  return out;
}

std::string head(const std::string& tag, std::string_view status, std::string_view fields) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\nX-Tag: ").append(tag).append("\r\n").append(fields);
  return out;
}

std::string with_length(const std::string& tag, std::string_view status, std::string_view type,
                        std::string_view body, std::string_view fields = {}) {
  std::string out = head(tag, status, fields);
  out.append("Content-Type: ").append(type).append("\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return out;
}

std::string gzip(std::string_view text) {
  std::string in(text);
  std::string out(compressBound(static_cast<uLong>(in.size())) + 32, '\0');
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string canonical(const std::string& tag) {
  return R"({"error":{"type":"conflict","message":"Booking )" + tag +
         R"( is already cancelled.","code":"booking_already_cancelled"}})";
}

std::string html_page(const std::string& tag, std::size_t padding) {
  return "<!DOCTYPE html><html><head><title>500 Internal Server Error</title></head><body>"
         "<h1>Internal Server Error</h1><pre>NullPointerException: " +
         tag + "\n  at com.example.Booking.find(Booking.java:42)</pre><p>" + filler(tag, padding) +
         "</p></body></html>";
}

constexpr std::size_t small_size = 1024;
constexpr std::size_t large_size = 200 * 1024;
constexpr std::size_t echo_size = 4096;

std::string body_is(const http_message& response, unsigned status, const std::string& body) {
  if (response.status() != status) return "wrong status";
  return response.body == body ? "" : "wrong body";
}

constexpr std::array kinds = {
    exchange_kind{"small", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "200 OK", "text/plain", filler(tag, small_size));
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 200, filler(tag, small_size));
                  }},
    exchange_kind{"chunked", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "200 OK", "Transfer-Encoding: chunked\r\n\r\n") + chunk(tag) +
                           chunk(filler(tag, small_size)) + chunk(tag) + "0\r\n\r\n";
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 200, tag + filler(tag, small_size) + tag);
                  }},
    exchange_kind{"html", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "500 Internal Server Error", "text/html",
                                       html_page(tag, 600));
                  },
                  [](const std::string&, const http_message& response) {
                    return envelope_problem(response, 500, "server_error", "");
                  }},
    exchange_kind{"echo", "POST", false, false,
                  [](const std::string& tag, const http_message& request) {
                    return with_length(tag, "201 Created", "text/plain", request.body);
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 201, filler(tag, echo_size));
                  }},
    exchange_kind{"json", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "422 Unprocessable Entity", "application/json",
                                       R"({"statusCode":422,"error":"Unprocessable Entity",)"
                                       R"("message":"The )" +
                                           tag + R"( field is required."})");
                  },
                  [](const std::string& tag, const http_message& response) {
                    return envelope_problem(response, 422, "invalid_request", tag);
                  }},
    exchange_kind{"canonical", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "409 Conflict", "application/json", canonical(tag));
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 409, canonical(tag));
                  }},
    exchange_kind{"gzip", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "404 Not Found", "application/json",
                                       gzip(R"({"message":"Booking )" + tag + R"( not found"})"),
                                       "Content-Encoding: gzip\r\n");
                  },
                  [](const std::string& tag, const http_message& response) {
                    return envelope_problem(response, 404, "resource_not_found", tag);
                  }},
    exchange_kind{"nothing", "DELETE", false, false,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "204 No Content", "\r\n");
                  },
                  [](const std::string&, const http_message& response) {
                    return body_is(response, 204, "");
                  }},
    exchange_kind{"text", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "400 Bad Request", "text/plain",
                                       "The value " + tag + " is not a date.");
                  },
                  [](const std::string& tag, const http_message& response) {
                    return envelope_problem(response, 400, "invalid_request", tag);
                  }},
    exchange_kind{"cached", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "304 Not Modified", "ETag: \"" + tag + "\"\r\n\r\n");
                  },
                  [](const std::string& tag, const http_message& response) -> std::string {
                    if (response.value("etag") != '"' + tag + '"') return "wrong ETag";
                    return body_is(response, 304, "");
                  }},
    exchange_kind{"sent_chunked", "POST", true, false,
                  [](const std::string& tag, const http_message& request) {
                    return with_length(tag, "200 OK", "text/plain", request.body);
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 200, filler(tag, echo_size));
                  }},
    exchange_kind{"head", "HEAD", false, false,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "500 Internal Server Error",
                                "Content-Type: text/html\r\nContent-Length: 900\r\n\r\n");
                  },
                  [](const std::string&, const http_message& response) -> std::string {
                    if (response.value("content-type") != "application/json") {
                      return "wrong Content-Type";
                    }
                    return body_is(response, 500, "");
                  }},
    exchange_kind{"moved", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "302 Found",
                                "Location: /small/" + tag + "\r\nContent-Length: 0\r\n\r\n");
                  },
                  [](const std::string& tag, const http_message& response) -> std::string {
                    if (response.value("location") != "/small/" + tag) return "wrong Location";
                    return body_is(response, 302, "");
                  }},
    exchange_kind{"large", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "200 OK", "text/plain", filler(tag, large_size));
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 200, filler(tag, large_size));
                  }},
    exchange_kind{"until_close", "GET", false, true,
                  [](const std::string& tag, const http_message&) {
                    return head(tag, "200 OK", "Connection: close\r\n\r\n") +
                           filler(tag, small_size);
                  },
                  [](const std::string& tag, const http_message& response) {
                    return body_is(response, 200, filler(tag, small_size));
                  }},
    exchange_kind{"no_answer", "GET", false, true,
                  [](const std::string&, const http_message&) { return std::string(); },
                  [](const std::string&, const http_message& response) {
                    return envelope_problem(response, 502, "server_error", "");
                  }},
    exchange_kind{"huge_error", "GET", false, false,
                  [](const std::string& tag, const http_message&) {
                    return with_length(tag, "503 Service Unavailable", "text/html",
                                       html_page(tag, 2 * large_size));
                  },
                  [](const std::string&, const http_message& response) -> std::string {
                    if (response.count("retry-after") != 1) return "no Retry-After";
                    return envelope_problem(response, 503, "server_error", "");
                  }},
};
constexpr std::size_t rare_kinds = 4;  // the last ones

}  // namespace

std::span<const exchange_kind> exchange_kinds() {
  return kinds;
}

const exchange_kind* find_kind(std::string_view name) {
  const auto* found = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const exchange_kind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : found;
}

const exchange_kind& scheduled_kind(std::uint64_t turn) {
  constexpr std::uint64_t common_kinds = kinds.size() - rare_kinds;
  constexpr std::uint64_t rare_every = 50;
  if (turn % rare_every == rare_every - 1) {
    return kinds[common_kinds + turn / rare_every % rare_kinds];
  }
  return kinds[turn % common_kinds];
}

std::string request_id_of(const std::string& tag) {
  return "load-" + tag + "-id";
}

std::string request_text(const exchange_kind& kind, const std::string& tag) {
  std::string out(kind.method);
  out.append(" /").append(kind.name).append("/").append(tag).append(" HTTP/1.1\r\n");
  out.append("Host: load.example\r\nAccept-Encoding: gzip\r\nX-Request-Id: ");
  out.append(request_id_of(tag)).append("\r\n");
  if (kind.method != "POST") return out.append("\r\n");
  const std::string body = filler(tag, echo_size);
  if (!kind.chunked_request) {
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return out.append(body);
  }
  const std::string_view text = body;
  out.append("Transfer-Encoding: chunked\r\n\r\n");
  return out.append(chunk(text.substr(0, 100)) + chunk(text.substr(100)) + "0\r\n\r\n");
}

std::string judge(const exchange_kind& kind, const std::string& tag, const http_message& response) {
  if (response.status() == 0) return "no HTTP/1.1 status line";
  if (response.count("x-request-id") != 1) return "not exactly one X-Request-Id";
  if (response.value("x-request-id") != request_id_of(tag)) return "another one's X-Request-Id";
  const std::string_view expected_tag = kind.name == "no_answer" ? "" : std::string_view(tag);
  if (response.value("x-tag") != expected_tag) return "another one's X-Tag";
  return kind.verdict(tag, response);
}

}  // namespace errata::load
