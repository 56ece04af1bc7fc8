#include "proxy/access_log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace errata {
namespace {

constexpr std::size_t id_bound = 128;
constexpr std::size_t target_bound = 2048;
constexpr std::size_t text_bound = 512;

// The length of the valid UTF-8 sequence at the front of `text`, 0 if there is none (RFC 3629).
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

void append_hex_escape(std::string& out, unsigned value) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.append("\\u00").push_back(digits[value >> 4U & 15U]);
  out.push_back(digits[value & 15U]);
}

void append_escaped(std::string& out, std::string_view text) {
  std::size_t plain = 0;  // start of the run that needs no escape
  std::size_t at = 0;
  const auto flush = [&] { out.append(text.substr(plain, at - plain)); };
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    std::size_t length = 1;
    if (c >= 0x80) {
      length = utf8_length(text.substr(at));
      const bool separator = length == 3 && (text.substr(at, 3) == "\xE2\x80\xA8" ||
                                             text.substr(at, 3) == "\xE2\x80\xA9");
      if (length == 0) {
        flush();
        append_hex_escape(out, c);
        plain = ++at;
        continue;
      }
      if (separator) {
        flush();
        out.append(text[at + 2] == '\xA8' ? "\\u2028" : "\\u2029");
        at += 3;
        plain = at;
        continue;
      }
    } else if (c < 0x20 || c == 0x7F || c == '"' || c == '\\') {
      flush();
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(static_cast<char>(c));
      } else {
        append_hex_escape(out, c);
      }
      plain = ++at;
      continue;
    }
    at += length;
  }
  flush();
}

class line_writer {
 public:
  explicit line_writer(std::string& out) : out_(out) { out_.push_back('{'); }

  // Left out when empty.
  void text(std::string_view key, std::string_view value, std::size_t bound) {
    if (value.empty()) return;
    begin(key);
    out_.push_back('"');
    append_escaped(out_, value.substr(0, bound));
    out_.push_back('"');
  }
  // `value` is JSON of our own making.
  void json(std::string_view key, std::string_view value) {
    begin(key);
    out_.append(value);
  }
  void number(std::string_view key, std::int64_t value) {
    begin(key);
    append_number(value);
  }
  // Microseconds as milliseconds with three decimals.
  void milliseconds(std::string_view key, std::int64_t microseconds) {
    begin(key);
    append_number(microseconds / 1000);
    const auto rest = microseconds % 1000;
    out_.push_back('.');
    out_.push_back(static_cast<char>('0' + rest / 100));
    out_.push_back(static_cast<char>('0' + rest / 10 % 10));
    out_.push_back(static_cast<char>('0' + rest % 10));
  }
  void yes(std::string_view key) {
    begin(key);
    out_.append("true");
  }
  void open(std::string_view key) {
    begin(key);
    out_.push_back('{');
    first_ = true;
  }
  void close() {
    out_.push_back('}');
    first_ = false;
  }

 private:
  void begin(std::string_view key) {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.append("\"").append(key).append("\":");
  }
  void append_number(std::int64_t value) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }

  std::string& out_;
  bool first_ = true;
};

// RFC 3339 in UTC with milliseconds.
std::string_view format_time(std::int64_t unix_ms, std::array<char, 32>& into) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  const std::size_t size = std::strftime(into.data(), into.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto ms = unix_ms % 1000;
  const std::array<char, 5> tail = {'.', static_cast<char>('0' + ms / 100),
                                    static_cast<char>('0' + ms / 10 % 10),
                                    static_cast<char>('0' + ms % 10), 'Z'};
  std::copy(tail.begin(), tail.end(), into.begin() + static_cast<std::ptrdiff_t>(size));
  return {into.data(), size + tail.size()};
}

}  // namespace

void append_log_line(std::string& out, const exchange_record& r) {
  std::array<char, 32> time;
  {
    line_writer line(out);
    line.text("time", format_time(r.unix_ms, time), 32);
    line.text("id", r.request_id, id_bound);
    line.text("client", r.client, text_bound);
    line.text("method", r.method, 32);
    line.text("host", r.host, text_bound);
    line.text("target", r.target, target_bound);
    line.text("route", r.route, text_bound);
    line.text("upstream", r.upstream, text_bound);
    line.text("endpoint", r.endpoint, text_bound);
    line.number("status", r.status);
    if (r.upstream_status != 0) line.number("upstream_status", r.upstream_status);
    line.text("shape", r.shape, 64);
    line.text("code", r.code, 64);
    if (r.scrubbed != leak_counts{}) {
      line.open("scrubbed");
      for (std::size_t i = 0; i < leak_kind_count; ++i) {
        if (r.scrubbed.of[i] == 0) continue;
        line.number(leak_kind_name(static_cast<leak_kind>(i)), r.scrubbed.of[i]);
      }
      line.close();
    }
    if (r.shadow) line.yes("shadow");
    if (r.would_status != 0) {
      line.number("would_status", r.would_status);
      line.json("would_send", r.would_send);
    }
    line.number("bytes_in", static_cast<std::int64_t>(r.bytes_in));
    line.number("bytes_out", static_cast<std::int64_t>(r.bytes_out));
    line.milliseconds("duration_ms", r.duration_us);
    if (r.upstream_us >= 0) line.milliseconds("upstream_ms", r.upstream_us);
    if (r.retried) line.yes("retried");
    if (r.repaired_head) line.yes("repaired_head");
    if (r.failed) {
      line.open("failure");
      line.text("origin", name_of(r.failed->origin), 32);
      line.text("phase", name_of(r.failed->phase), 32);
      line.text("delivery", name_of(r.failed->delivered), 32);
      line.text("detail", r.failed->detail, text_bound);
      line.close();
    }
    line.text("rate_limit", r.rate_limit, text_bound);
    line.text("shadow_rate_limit", r.shadow_rate_limit, text_bound);
    line.text("client_request_id", r.client_request_id, id_bound);
    line.text("upstream_request_id", r.upstream_request_id, id_bound);
    line.text("user_agent", r.user_agent, text_bound);
  }
  out.append("}\n");
}

log_sink::log_sink(const access_log_config& settings) {
  using sink = access_log_config::sink;
  if (settings.to == sink::off) return;
  if (settings.to == sink::standard_output) {
    fd_ = STDOUT_FILENO;
  } else {
    // O_NONBLOCK is for the opening: a pipe that nobody reads is refused, not waited for.
    constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
    fd_ = ::open(settings.path.c_str(), flags | O_NONBLOCK, 0640);
    if (fd_ < 0 || ::fcntl(fd_, F_SETFL, O_APPEND) != 0) {
      throw std::runtime_error("cannot open the access log " + settings.path + ": " +
                               std::strerror(errno));
    }
    owned_ = true;
  }
  struct stat about = {};
  may_block_ = ::fstat(fd_, &about) != 0 || !S_ISREG(about.st_mode);
  is_pipe_ = may_block_ && S_ISFIFO(about.st_mode);
}

log_sink::~log_sink() {
  if (owned_) ::close(fd_);
}

bool log_sink::takes(std::size_t bytes) const noexcept {
  pollfd ready{fd_, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
  // A pipe that polls writable has room for PIPE_BUF bytes; for a longer line only an empty one
  // has it for sure.
  int unread = 0;
  return bytes <= PIPE_BUF || !is_pipe_ || ::ioctl(fd_, FIONREAD, &unread) != 0 || unread == 0;
}

void log_sink::write(std::string& lines) const noexcept {
  std::unique_lock<std::mutex> alone(writing_, std::defer_lock);
  // Between the question whether there is room and its use no other thread may take it.
  if (may_block_) alone.lock();
  std::size_t done = 0;
  while (fd_ >= 0 && done < lines.size()) {
    std::size_t size = lines.size() - done;
    if (may_block_) {
      if (size > PIPE_BUF) {
        const auto end = lines.rfind('\n', done + PIPE_BUF - 1);
        const bool whole_line = end != std::string::npos && end >= done;
        size = (whole_line ? end : lines.find('\n', done)) + 1 - done;
      }
      if (!takes(size)) break;
    }
    const ssize_t written = ::write(fd_, lines.data() + done, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  lines.erase(0, done);
}

}  // namespace errata
