#include "proxy/access_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

using namespace errata;

BOOST_AUTO_TEST_SUITE(access_log_lines)

namespace {

namespace json = boost::json;

std::string line_of(const exchange_record& record) {
  std::string out;
  append_log_line(out, record);
  return out;
}

// One line, printable, and an object.
json::object parsed(const std::string& line) {
  BOOST_REQUIRE(line.ends_with("}\n"));
  BOOST_REQUIRE(line.find('\n') == line.size() - 1);
  for (const char c : line.substr(0, line.size() - 1)) {
    const auto u = static_cast<unsigned char>(c);
    BOOST_REQUIRE_MESSAGE(u >= 0x20 && u != 0x7F, "byte " << int{u} << " in " << line);
  }
  boost::system::error_code failed;
  const auto value = json::parse(line, failed);
  BOOST_REQUIRE_MESSAGE(!failed, failed.message() << ": " << line);
  return value.as_object();
}

std::string text(const json::object& line, std::string_view key) {
  const auto* value = line.if_contains(key);
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

using text_of_record = std::string_view exchange_record::*;

// Every string of a record, by the key it is logged under, with its bound in bytes.
const struct string_field {
  const char* key;
  text_of_record member;
  std::size_t bound;
} string_fields[] = {
    {"id", &exchange_record::request_id, 128},
    {"client", &exchange_record::client, 512},
    {"method", &exchange_record::method, 32},
    {"target", &exchange_record::target, 2048},
    {"host", &exchange_record::host, 512},
    {"route", &exchange_record::route, 512},
    {"upstream", &exchange_record::upstream, 512},
    {"endpoint", &exchange_record::endpoint, 512},
    {"shape", &exchange_record::shape, 64},
    {"code", &exchange_record::code, 64},
    {"rate_limit", &exchange_record::rate_limit, 512},
    {"shadow_rate_limit", &exchange_record::shadow_rate_limit, 512},
    {"client_request_id", &exchange_record::client_request_id, 128},
    {"upstream_request_id", &exchange_record::upstream_request_id, 128},
    {"user_agent", &exchange_record::user_agent, 512},
};

std::string logged(const string_field& into, std::string_view value) {
  exchange_record record;
  record.*into.member = value;
  return text(parsed(line_of(record)), into.key);
}

// As UTF-8: what a byte that is no UTF-8 is logged as.
std::string as_latin1(unsigned byte) {
  return {static_cast<char>(0xC0U | byte >> 6U), static_cast<char>(0x80U | (byte & 0x3FU))};
}

std::string numbered(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) {
    lines += "{\"n\":" + std::to_string(i) + ",\"pad\":\"" + std::string(80, 'p') + "\"}\n";
  }
  return lines;
}

// A folder that goes with the test.
class scratch_folder {
 public:
  scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "errata-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

access_log_config to_file(const std::string& path) {
  return {access_log_config::sink::file, path};
}

// A named pipe, read by hand.
class slow_pipe {
 public:
  explicit slow_pipe(const std::string& path) {
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    fd_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    BOOST_REQUIRE(fd_ >= 0);
  }
  ~slow_pipe() { ::close(fd_); }
  slow_pipe(const slow_pipe&) = delete;
  std::string read_now(std::size_t at_most = 1 << 30) const {
    std::string out;
    std::array<char, 4096> block;
    while (out.size() < at_most) {
      const ssize_t got = ::read(fd_, block.data(), std::min(block.size(), at_most - out.size()));
      if (got <= 0) break;
      out.append(block.data(), static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  int fd_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_CASE(escapes_every_byte_in_every_string) {
  for (const auto& field : string_fields) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const std::string value = {'a', static_cast<char>(byte), 'z'};
      const std::string wanted = byte < 0x80 ? value : "a" + as_latin1(byte) + "z";
      const std::string came = logged(field, value);
      if (came != wanted) BOOST_ERROR(field.key << ", byte " << byte << ": " << came);
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_utf_8_and_shows_what_is_none) {
  const struct {
    const char* why;
    std::string value;
    std::string wanted;
  } rows[] = {
      {"two bytes", "\xC3\xA4", "\xC3\xA4"},
      {"three bytes", "\xE2\x82\xAC", "\xE2\x82\xAC"},
      {"four bytes", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
      {"first and last of each length", "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80",
       "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80"},
      {"last code point", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
      {"beyond it", "\xF4\x90\x80\x80",
       as_latin1(0xF4) + as_latin1(0x90) + as_latin1(0x80) + as_latin1(0x80)},
      {"surrogate", "\xED\xA0\x80", as_latin1(0xED) + as_latin1(0xA0) + as_latin1(0x80)},
      {"overlong slash", "\xC0\xAF", as_latin1(0xC0) + as_latin1(0xAF)},
      {"overlong in three", "\xE0\x80\xAF", as_latin1(0xE0) + as_latin1(0x80) + as_latin1(0xAF)},
      {"overlong in four", "\xF0\x80\x80\xAF",
       as_latin1(0xF0) + as_latin1(0x80) + as_latin1(0x80) + as_latin1(0xAF)},
      {"five bytes", "\xF8\x88\x80\x80\x80",
       as_latin1(0xF8) + as_latin1(0x88) + as_latin1(0x80) + as_latin1(0x80) + as_latin1(0x80)},
      {"cut off", "a\xE2\x82", "a" + as_latin1(0xE2) + as_latin1(0x82)},
      {"cut off before a quote", "\xE2\x82\"", as_latin1(0xE2) + as_latin1(0x82) + "\""},
      {"continuation alone", "\x80z", as_latin1(0x80) + "z"},
      {"injected line", "x\"}\n{\"status\":200", "x\"}\n{\"status\":200"},
      {"escape in front of a quote", "\\\"", "\\\""},
      {"terminal, Envoy CVE-2024-45808", "\x1B[2J\x7F", "\x1B[2J\x7F"},
  };
  for (const auto& field : string_fields) {
    for (const auto& r : rows) {
      const std::string came = logged(field, r.value);
      if (came != r.wanted) BOOST_ERROR(field.key << ", " << r.why << ": " << came);
    }
  }
}

BOOST_AUTO_TEST_CASE(escapes_the_line_ends_of_unicode) {
  exchange_record record;
  record.user_agent =
      "a\xE2\x80\xA8"
      "b\xE2\x80\xA9"
      "c\xE2\x80\xAA";
  const std::string line = line_of(record);
  BOOST_TEST(line.find("a\\u2028b\\u2029c\xE2\x80\xAA") != std::string::npos);
  BOOST_TEST(text(parsed(line), "user_agent") == record.user_agent);
}

BOOST_AUTO_TEST_CASE(cuts_every_string_at_its_bound) {
  for (const auto& field : string_fields) {
    for (const std::size_t size :
         {field.bound - 1, field.bound, field.bound + 1, field.bound * 9}) {
      const std::size_t kept = std::min(size, field.bound);
      BOOST_TEST(logged(field, std::string(size, 'x')) == std::string(kept, 'x'), field.key);
      // The worst case of escaping stays bounded too.
      BOOST_TEST(logged(field, std::string(size, '\1')) == std::string(kept, '\1'), field.key);
    }
    // A sequence that the bound cuts is none any more.
    const std::string split = std::string(field.bound - 1, 'x') + "\xC3\xA4";
    BOOST_TEST(logged(field, split) == std::string(field.bound - 1, 'x') + as_latin1(0xC3),
               field.key);
  }
}

BOOST_AUTO_TEST_CASE(stays_whole_when_every_string_is_hostile_and_long) {
  std::string hostile;
  for (int i = 0; i < 20; ++i) {
    for (int byte = 0; byte < 256; ++byte) hostile.push_back(static_cast<char>(byte));
  }
  exchange_record record;
  for (const auto& field : string_fields) record.*field.member = hostile;
  record.failed = failure{failure_origin::upstream, failure_phase::relay, delivery::sent,
                          cause::internal, hostile};
  const std::string line = line_of(record);
  const auto object = parsed(line);
  for (const auto& field : string_fields) BOOST_TEST(object.contains(field.key), field.key);
  BOOST_TEST(line.size() < 64u * 1024u);
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_not_known) {
  const auto object = parsed(line_of({}));
  std::string keys;
  for (const auto& member : object) keys.append(member.key()).append(" ");
  BOOST_TEST(keys == "time status bytes_in bytes_out duration_ms ");
  BOOST_TEST(text(object, "time") == "1970-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(prints_numbers_times_and_flags) {
  exchange_record record;
  record.unix_ms = 1'700'000'000'007;
  record.status = 503;
  record.upstream_status = 500;
  record.scrubbed.add(errata::leak_kind::file_path, 2);
  record.scrubbed.add(errata::leak_kind::email);
  record.would_status = 422;
  record.would_send = R"({"error":{"code":"no_seat"}})";
  record.shadow = record.retried = record.repaired_head = true;
  record.bytes_in = 5'000'000'000;
  record.bytes_out = 0;
  record.duration_us = 1'234'005;
  record.upstream_us = 0;
  record.failed = failure{failure_origin::downstream, failure_phase::send, delivery::partly_sent,
                          cause::internal, "why"};
  const std::string line = line_of(record);
  const auto object = parsed(line);
  const std::pair<const char*, const char*> rows[] = {
      {"time", "2023-11-14T22:13:20.007Z"},
      {"status", "503"},
      {"upstream_status", "500"},
      {"scrubbed", R"({"file_paths":2,"emails":1})"},
      {"would_status", "422"},
      {"would_send", R"({"error":{"code":"no_seat"}})"},
      {"shadow", "true"},
      {"retried", "true"},
      {"repaired_head", "true"},
      {"bytes_in", "5000000000"},
      {"bytes_out", "0"},
      {"failure",
       R"({"origin":"downstream","phase":"send","delivery":"partly_sent","detail":"why"})"},
  };
  for (const auto& [key, value] : rows) BOOST_TEST(text(object, key) == value, key);
  BOOST_TEST(line.find("\"duration_ms\":1234.005,") != std::string::npos, line);
  BOOST_TEST(line.find("\"upstream_ms\":0.000,") != std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(escapes_at_every_place_of_a_string) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\0', '\x1F', '\n', '"', '\\', '\x7F'}) {
        std::string value(size, ' ');
        value[at] = c;
        exchange_record record;
        record.target = value;
        const auto object = parsed(line_of(record));
        if (text(object, "target") != value) BOOST_ERROR(int{c} << " at " << at << " of " << size);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(holds_an_envelope_of_any_size) {
  const std::string target(2048, 't');
  const std::string agent(512, 'u');
  for (const std::size_t size : {2000u, 2048u, 2049u, 4096u, 100'000u}) {
    exchange_record record;
    record.target = target;
    record.user_agent = agent;
    record.would_status = 400;
    const std::string envelope = "{\"e\":\"" + std::string(size - 8, 'x') + "\"}";
    record.would_send = envelope;
    const auto object = parsed(line_of(record));
    BOOST_TEST(text(object, "would_send") == envelope, size);
    BOOST_TEST(text(object, "target") == record.target);
    BOOST_TEST(text(object, "user_agent") == record.user_agent);
  }
}

BOOST_AUTO_TEST_CASE(tells_the_time_of_each_line) {
  const std::pair<std::int64_t, const char*> rows[] = {
      {1'700'000'000'000, "2023-11-14T22:13:20.000Z"},
      {1'700'000'000'999, "2023-11-14T22:13:20.999Z"},
      {1'700'000'001'000, "2023-11-14T22:13:21.000Z"},
      {1'700'000'000'120, "2023-11-14T22:13:20.120Z"},
      {0, "1970-01-01T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& [ms, wanted] : rows) {
    exchange_record record;
    record.unix_ms = ms;
    BOOST_TEST(text(parsed(line_of(record)), "time") == wanted);
  }
}

BOOST_AUTO_TEST_CASE(appends_behind_what_is_there) {
  std::string out = "before\n";
  append_log_line(out, {});
  append_log_line(out, {});
  BOOST_TEST(out == "before\n" + line_of({}) + line_of({}));
}

BOOST_AUTO_TEST_CASE(writes_to_a_file_and_appends_to_what_it_holds) {
  const scratch_folder folder;
  const std::string path = folder / "access.log";
  const std::string first = numbered(0, 500);
  const std::string second = numbered(500, 2000);
  for (const std::string& lines : {first, second}) {
    log_sink sink(to_file(path));
    BOOST_TEST(sink.is_on());
    std::string left = lines;
    sink.write(left);
    BOOST_TEST(left == "");
    sink.write(left);
  }
  BOOST_TEST((content(path) == first + second));
  const auto allowed = std::filesystem::status(path).permissions();
  const auto of_others = allowed & std::filesystem::perms::others_all;
  BOOST_TEST((of_others == std::filesystem::perms::none), "not for everyone to read");
}

BOOST_AUTO_TEST_CASE(says_why_it_takes_no_more) {
  const log_sink sink(to_file("/dev/full"));
  std::string lines = "{}\n";
  BOOST_TEST(sink.write(lines) == ENOSPC);
  BOOST_TEST(lines == "{}\n", "kept");
}

BOOST_AUTO_TEST_CASE(is_off_when_it_is_told_so) {
  log_sink sink(access_log_config{access_log_config::sink::off, ""});
  BOOST_TEST(!sink.is_on());
  std::string lines = "{}\n";
  sink.write(lines);
}

BOOST_AUTO_TEST_CASE(says_what_cannot_be_opened_and_why) {
  const scratch_folder folder;
  std::ofstream(folder / "file") << "x";
  const std::string unread_pipe = folder / "pipe";
  BOOST_REQUIRE(::mkfifo(unread_pipe.c_str(), 0600) == 0);
  const struct {
    std::string path;
    const char* why;
  } rows[] = {
      {folder / "missing/access.log", "No such file or directory"},
      {folder / "", "Is a directory"},
      {folder / "file/access.log", "Not a directory"},
      {"", "No such file or directory"},
      {unread_pipe, "No such device or address"},
  };
  for (const auto& r : rows) {
    std::string said;
    try {
      const log_sink sink(to_file(r.path));
    } catch (const std::runtime_error& error) {
      said = error.what();
    }
    BOOST_TEST(said == "cannot open the access log " + r.path + ": " + r.why);
  }
}

BOOST_AUTO_TEST_CASE(never_waits_for_a_slow_pipe_and_keeps_its_lines_whole) {
  const scratch_folder folder;
  const std::string path = folder / "pipe";
  const slow_pipe pipe(path);
  log_sink sink(to_file(path));
  const std::string all = numbered(0, 5000);  // far more than a pipe holds
  std::string left = all;
  sink.write(left);
  BOOST_TEST(!left.empty());
  BOOST_TEST(left.size() < all.size());
  const std::string stuck = left;
  sink.write(left);
  BOOST_TEST((left == stuck), "a full pipe takes nothing");
  std::string received;
  for (int i = 0; i < 10'000 && received.size() < all.size(); ++i) {
    received += pipe.read_now(5000);
    sink.write(left);
    BOOST_REQUIRE((left.empty() || left.starts_with("{\"n\":")));
  }
  BOOST_TEST(left == "");
  BOOST_TEST((received + pipe.read_now() == all));
}

// A hostile request makes a line longer than what a pipe takes at once.
BOOST_AUTO_TEST_CASE(never_waits_for_a_slow_pipe_with_a_long_line_either) {
  const scratch_folder folder;
  const std::string path = folder / "pipe";
  const slow_pipe pipe(path);
  log_sink sink(to_file(path));
  const std::string line = "{\"long\":\"" + std::string(20'000, 'l') + "\"}\n";
  std::string left;
  std::string all;
  for (int i = 0; i < 20; ++i) all += line + numbered(i, i + 3);
  left = all;
  std::string received;
  for (int i = 0; i < 1000 && received.size() < all.size(); ++i) {
    sink.write(left);
    BOOST_REQUIRE((left.empty() || left.starts_with("{\"n\":") || left.starts_with("{\"long")));
    received += pipe.read_now(3000);
  }
  BOOST_TEST(left == "");
  BOOST_TEST((received + pipe.read_now() == all));
}

BOOST_AUTO_TEST_SUITE_END()
