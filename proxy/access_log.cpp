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

#include "policies/sixteen_bytes.hpp"

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

// Copies the front of `text` that needs no escape, and returns its size.
std::size_t copy_plain(char* into, std::string_view text) noexcept {
  const std::size_t plain = find_marked(text, 0, [](sixteen_bytes next) {
    return next.below(0x20) | next.beyond_ascii() | next.equal('"') | next.equal('\\') |
           next.equal('\x7F');
  });
  std::memcpy(into, text.data(), plain);
  return plain;
}

// RFC 3339 in UTC without the fraction: made once for all lines of a second.
std::string_view seconds_text(std::int64_t unix_s) {
  struct made_text {
    std::int64_t of = -1;
    std::array<char, 24> text{};
    std::size_t size = 0;
  };
  static thread_local made_text last;
  if (last.of != unix_s) {
    const std::time_t seconds = unix_s;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    last.size = std::strftime(last.text.data(), last.text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    last.of = unix_s;
  }
  return {last.text.data(), last.size};
}

// Collects a line in a block of its own: a usual line costs its string one append. Keys are
// literals with all that stands between values, so that they are copied as constants.
class line_writer {
 public:
  explicit line_writer(std::string& out) noexcept : out_(out) {}

  template <std::size_t size>
  void put(const char (&literal)[size]) {
    room(size);
    std::memcpy(at_, literal, size - 1);
    at_ += size - 1;
  }
  void put(std::string_view ours) {
    if (ours.size() > block_bytes / 2) {
      flush();
      out_.append(ours);
      return;
    }
    room(ours.size());
    std::memcpy(at_, ours.data(), ours.size());
    at_ += ours.size();
  }
  // `opening` ends in a quote. Left out when `value` is empty; `bound` is half a block at most.
  template <std::size_t size>
  void text(const char (&opening)[size], std::string_view value, std::size_t bound) {
    if (value.empty()) return;
    value = value.substr(0, bound);
    put(opening);
    room(value.size() + 1);
    const std::size_t plain = copy_plain(at_, value);
    at_ += plain;
    if (plain < value.size()) {
      flush();
      append_escaped(out_, value.substr(plain));
    }
    *at_++ = '"';
  }
  void number(std::int64_t value) {
    room(24);
    at_ = std::to_chars(at_, at_ + 24, value).ptr;
  }
  // Three digits of `value`, which is less than 1,000.
  void thousandths(std::int64_t value) {
    room(3);
    *at_++ = static_cast<char>('0' + value / 100);
    *at_++ = static_cast<char>('0' + value / 10 % 10);
    *at_++ = static_cast<char>('0' + value % 10);
  }
  // Microseconds as milliseconds with three decimals.
  void milliseconds(std::int64_t microseconds) {
    number(microseconds / 1000);
    put(".");
    thousandths(microseconds % 1000);
  }
  void flush() {
    out_.append(block_.data(), at_);
    at_ = block_.data();
  }

 private:
  static constexpr std::size_t block_bytes = 4096;

  void room(std::size_t bytes) {
    if (static_cast<std::size_t>(block_.data() + block_bytes - at_) < bytes) flush();
  }

  std::string& out_;
  std::array<char, block_bytes> block_;  // not initialised: only what lies before at_ is read
  char* at_ = block_.data();
};

void put_scrubbed(line_writer& line, const leak_counts& scrubbed) {
  bool first = true;
  for (std::size_t i = 0; i < leak_kind_count; ++i) {
    if (scrubbed.of[i] == 0) continue;
    line.put(first ? std::string_view(R"(,"scrubbed":{")") : std::string_view(",\""));
    line.put(leak_kind_name(static_cast<leak_kind>(i)));
    line.put("\":");
    line.number(scrubbed.of[i]);
    first = false;
  }
  if (!first) line.put("}");
}

void put_failure(line_writer& line, const failure& failed) {
  line.put(R"(,"failure":{"origin":")");
  line.put(name_of(failed.origin));
  line.put(R"(","phase":")");
  line.put(name_of(failed.phase));
  line.put(R"(","delivery":")");
  line.put(name_of(failed.delivered));
  line.put("\"");
  line.text(R"(,"detail":")", failed.detail, text_bound);
  line.put("}");
}

}  // namespace

void append_log_line(std::string& out, const exchange_record& r) {
  line_writer line(out);
  line.put(R"({"time":")");
  line.put(seconds_text(r.unix_ms / 1000));
  line.put(".");
  line.thousandths(r.unix_ms % 1000);
  line.put("Z\"");
  line.text(R"(,"id":")", r.request_id, id_bound);
  line.text(R"(,"client":")", r.client, text_bound);
  line.text(R"(,"method":")", r.method, 32);
  line.text(R"(,"host":")", r.host, text_bound);
  line.text(R"(,"target":")", r.target, target_bound);
  line.text(R"(,"route":")", r.route, text_bound);
  line.text(R"(,"upstream":")", r.upstream, text_bound);
  line.text(R"(,"endpoint":")", r.endpoint, text_bound);
  line.put(R"(,"status":)");
  line.number(r.status);
  if (r.upstream_status != 0) {
    line.put(R"(,"upstream_status":)");
    line.number(r.upstream_status);
  }
  line.text(R"(,"shape":")", r.shape, 64);
  line.text(R"(,"code":")", r.code, 64);
  put_scrubbed(line, r.scrubbed);
  if (r.shadow) line.put(R"(,"shadow":true)");
  if (r.would_status != 0) {
    line.put(R"(,"would_status":)");
    line.number(r.would_status);
    line.put(R"(,"would_send":)");
    line.put(r.would_send);
  }
  line.put(R"(,"bytes_in":)");
  line.number(static_cast<std::int64_t>(r.bytes_in));
  line.put(R"(,"bytes_out":)");
  line.number(static_cast<std::int64_t>(r.bytes_out));
  line.put(R"(,"duration_ms":)");
  line.milliseconds(r.duration_us);
  if (r.upstream_us >= 0) {
    line.put(R"(,"upstream_ms":)");
    line.milliseconds(r.upstream_us);
  }
  if (r.retried) line.put(R"(,"retried":true)");
  if (r.repaired_head) line.put(R"(,"repaired_head":true)");
  if (r.failed) put_failure(line, *r.failed);
  line.text(R"(,"rate_limit":")", r.rate_limit, text_bound);
  line.text(R"(,"shadow_rate_limit":")", r.shadow_rate_limit, text_bound);
  line.text(R"(,"client_request_id":")", r.client_request_id, id_bound);
  line.text(R"(,"upstream_request_id":")", r.upstream_request_id, id_bound);
  line.text(R"(,"user_agent":")", r.user_agent, text_bound);
  line.put("}\n");
  line.flush();
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

int log_sink::write(std::string& lines) const noexcept {
  std::unique_lock<std::mutex> alone(writing_, std::defer_lock);
  // Between the question whether there is room and its use no other thread may take it.
  if (may_block_) alone.lock();
  std::size_t done = 0;
  int failed = 0;
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
      if (errno != EAGAIN) failed = errno;
      break;
    }
    done += static_cast<std::size_t>(written);
  }
  lines.erase(0, done);
  return failed;
}

}  // namespace errata
