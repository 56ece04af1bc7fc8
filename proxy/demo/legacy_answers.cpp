#include "proxy/demo/legacy_answers.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <zlib.h>

#include "proxy/demo/legacy_parts.hpp"

namespace errata {

namespace legacy_parts {

std::string response(std::string_view status, std::string_view fields, std::string_view body) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\nServer: LegacyServer/2.4.1\r\n").append(fields);
  out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  out.append(body);
  return out;
}

std::string typed(std::string_view status, std::string_view content_type, std::string_view body,
                  std::string_view more_fields) {
  std::string fields = "Content-Type: ";
  fields.append(content_type).append("\r\n").append(more_fields);
  return response(status, fields, body);
}

std::string chunked(std::string_view body, std::size_t size) {
  std::string out;
  while (!body.empty()) {
    const auto chunk = body.substr(0, size);
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, chunk.size(), 16).ptr;
    out.append(digits, end).append("\r\n").append(chunk).append("\r\n");
    body.remove_prefix(chunk.size());
  }
  return out.append("0\r\n\r\n");
}

std::string compressed(std::string_view text, coding how) {
  z_stream stream{};
  const int window = how == coding::gzip ? 15 + 16 : 15;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib cannot start");
  std::string in(text);
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
  return out;
}

legacy_answer answer(std::string path, std::string title, std::string bytes) {
  legacy_answer made;
  made.path = std::move(path);
  made.title = std::move(title);
  made.steps.push_back({{}, std::move(bytes)});
  return made;
}

}  // namespace legacy_parts

namespace {

using adder = void (*)(std::vector<legacy_answer>&);

struct named_group {
  std::string_view name;
  adder add;
};

constexpr named_group groups[] = {
    {"HTML pages", legacy_parts::add_html_pages},
    {"JSON, a dialect each", legacy_parts::add_json_dialects},
    {"XML and SOAP", legacy_parts::add_xml_documents},
    {"Text, charsets, content codings, nothing at all", legacy_parts::add_texts_and_codings},
    {"Errors whose headers matter", legacy_parts::add_header_cases},
    {"Broken on the wire", legacy_parts::add_wire_faults},
    {"Not errata's business", legacy_parts::add_successes},
};

std::vector<legacy_answer> make_answers() {
  std::vector<legacy_answer> all;
  for (const auto& group : groups) {
    const auto first = all.size();
    group.add(all);
    for (auto i = first; i < all.size(); ++i) all[i].group = group.name;
  }
  return all;
}

}  // namespace

const std::vector<legacy_answer>& legacy_answers() {
  static const std::vector<legacy_answer> all = make_answers();
  return all;
}

const legacy_answer* find_legacy_answer(std::string_view path) {
  const auto& all = legacy_answers();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [path](const legacy_answer& one) { return one.path == path; });
  return found == all.end() ? nullptr : &*found;
}

std::string legacy_index() {
  std::string body = "The legacy service of `errata demo`. What it answers, by path:\n";
  std::string_view group;
  for (const auto& one : legacy_answers()) {
    if (one.group != group) {
      group = one.group;
      body.append("\n").append(group).append("\n");
    }
    body.append("  ").append(one.path);
    body.append(one.path.size() < 20 ? 20 - one.path.size() : 1, ' ');
    body.append(one.title).append("\n");
  }
  return legacy_parts::typed("200 OK", "text/plain; charset=utf-8", body);
}

std::string legacy_not_found() {
  return legacy_parts::typed(
      "404 Not Found", "text/html",
      "<html><head><title>404</title></head><body><h1>Oops!</h1>"
      "<p>The page you asked for does not exist on LegacyServer/2.4.1.</p></body></html>\n");
}

}  // namespace errata
