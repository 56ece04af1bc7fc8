#include "scripts/load/origin/answers.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <stdexcept>

#include "scripts/load/bodies.hpp"

namespace errata::load {
namespace {

constexpr std::size_t largest_sized = std::size_t{64} << 20;
constexpr unsigned mix_period = 10;  // of so many answers of /mix one is an error

answer make(std::string_view status, std::string_view type, std::string_view body,
            std::string_view more_fields = {}) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\nDate: Sun, 22 Nov 2026 07:45:48 GMT\r\nServer: legacy\r\n");
  out.append("Content-Type: ").append(type).append("\r\n").append(more_fields);
  out.append("Content-Length: ").append(std::to_string(body.size()));
  return {out.append("\r\n\r\n").append(body)};
}

std::string html_500() {
  std::string page =
      "<!DOCTYPE html><html><head><title>500 Internal Server Error</title></head><body>"
      "<h1>Internal Server Error</h1><p>The server met an unexpected condition.</p><pre>"
      "java.lang.IllegalStateException: no session\n";
  for (int line = 10; line < 16; ++line) {
    page += "\tat com.example.legacy.Orders.find(Orders.java:" + std::to_string(line) + ")\n";
  }
  return page + "</pre></body></html>";
}

constexpr std::string_view html_503 =
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
    "<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
    "<hr><center>legacy/1.4</center>\r\n</body>\r\n</html>\r\n";

// What a validating framework sends, 435 bytes; `seen` is put into the message.
std::string json_422(std::string_view seen) {
  std::string body =
      R"({"timestamp":"2026-11-22T07:45:48.113+00:00","status":422,"error":"Unprocessable Entity",)"
      R"("code":"QUANTITY_TOO_LARGE","message":"The quantity must not be larger than 99)";
  body.append(seen);
  return body.append(
      R"(.","path":"/api/v2/orders/7781/items","details":[{"field":"quantity","rejected":120,)"
      R"("reason":"must be less than or equal to 99"},{"field":"note","rejected":"",)"
      R"("reason":"must not be blank"}],"documentation":"see the handbook, chapter 7"})");
}

answer chunked(std::string_view body) {
  constexpr std::size_t piece = 16384;
  std::string out =
      "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 07:45:48 GMT\r\nServer: legacy\r\n"
      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const std::string_view part = body.substr(at, piece);
    std::array<char, 16> size;
    const auto end = std::to_chars(size.data(), size.data() + size.size(), part.size(), 16).ptr;
    out.append(size.data(), end).append("\r\n").append(part).append("\r\n");
  }
  return {out + "0\r\n\r\n"};
}

bool number_of(std::string_view text, std::size_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string_view field_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        ::strncasecmp(line.data(), name.data(), name.size()) != 0) {
      continue;
    }
    const std::string_view value = line.substr(name.size() + 1);
    const std::size_t first = value.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{} : value.substr(first);
  }
  return {};
}

answers::answers()
    : small_(make("200 OK", "application/json", success_body(1024))),
      html_(make("500 Internal Server Error", "text/html", html_500())),
      unavailable_(make("503 Service Temporarily Unavailable", "text/html", html_503)),
      json_(make("422 Unprocessable Entity", "application/json", json_422(""))),
      uploaded_(make("200 OK", "application/json", success_body(2))),
      unknown_(make("404 Not Found", "text/plain", "unknown path")) {}

void answers::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  int keep = 0;
  std::size_t size = 0;
  while (file >> keep >> size) {
    answer next;
    next.keeps_open = keep != 0;
    next.bytes.resize(size);
    file.get();
    if (!file.read(next.bytes.data(), static_cast<std::streamsize>(size))) break;
    cases_.push_back(std::move(next));
  }
  if (!file.eof() || cases_.empty()) throw std::runtime_error(path + ": not a file of answers");
}

const answer& answers::sized(std::string_view kind, std::string_view number) {
  std::string key(kind);
  key.append(number);
  auto& slot = sized_[key];
  if (!slot) {
    std::size_t size = 0;
    if (!number_of(number, size) || size > largest_sized) return unknown_;
    const std::string body = success_body(size);
    slot = std::make_unique<answer>(kind == "c" ? chunked(body)
                                                : make("200 OK", "application/json", body));
  }
  return *slot;
}

const answer& answers::echo(std::string_view path, std::string_view head) {
  const std::string id(field_of(head, "X-Request-Id"));
  if (path == "/json") {
    // Only its end: the whole looks like a secret, and those are taken out of messages.
    const std::string end = id.substr(id.size() - std::min<std::size_t>(id.size(), 6));
    echoed_ = make("422 Unprocessable Entity", "application/json", json_422(" (case " + end + ")"));
  } else {
    // Which of the fields that a proxy should add came, and the id.
    std::string saw = "X-Origin-Saw: " + id;
    for (const std::string_view name : {"X-Forwarded-For", "X-Forwarded-Proto"}) {
      saw.append(field_of(head, name).empty() ? " without-" : " ").append(name);
    }
    echoed_ = make("200 OK", "application/json", success_body(1024), saw + "\r\n");
  }
  echoed_.lasts = false;
  return echoed_;
}

const answer& answers::of(std::string_view head) {
  const std::size_t begin = head.find(' ') + 1;
  std::string_view path = head.substr(begin, head.find(' ', begin) - begin);
  for (const std::string_view prefix : {"/limited/", "/keys/"}) {
    if (path.starts_with(prefix)) path.remove_prefix(prefix.size() - 1);
  }
  const std::size_t query = path.find('?');
  if (query != std::string_view::npos) {
    const std::string_view bare = path.substr(0, query);
    if (path.substr(query) == "?echo" && (bare == "/json" || bare == "/small")) {
      return echo(bare, head);
    }
    path = bare;
  }
  if (path == "/small") return small_;
  if (path == "/html") return html_;
  if (path == "/json") return json_;
  if (path == "/503") return unavailable_;
  if (path == "/mix") return ++mixed_ % mix_period == 0 ? html_ : small_;
  if (path == "/up") return uploaded_;
  if (path.starts_with("/bytes/")) return sized("b", path.substr(7));
  if (path.starts_with("/chunked/")) return sized("c", path.substr(9));
  std::size_t number = 0;
  if (path.starts_with("/case/") && number_of(path.substr(6), number) && number < cases_.size()) {
    return cases_[number];
  }
  return unknown_;
}

}  // namespace errata::load
