#include "policies/normalize/leak_signs.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "policies/normalize/literal_search.hpp"

namespace errata {
namespace {

using enum literal_place;

// One of these is in all that any_talk() and any_name() match, or one of the marks below. Where an
// expression needs several words the one that people use least is here.
constexpr literal internal_words[] = {
    // Stack frames.
    literal{"traceback (most"},
    literal{"\", line "},
    literal{" lib/"},
    literal{"goroutine "},
    literal{"on line "},
    literal{"at line "},
    literal{"trace"},
    literal{"caused by: "},
    literal{"nested exception is"},
    literal{"lambda_", word_start},
    // SQL, and what databases and their drivers say.
    literal{"select", word_start},
    literal{"insert", word_start},
    literal{"update", word_start},
    literal{"delete", word_start},
    literal{"truncate", word_start},
    literal{"drop", word_start},
    literal{"create", word_start},
    literal{"alter", word_start},
    literal{"sql"},
    literal{"er_", word_start},
    literal{"adodb"},
    literal{"ole db"},
    literal{"odbc"},
    literal{"jdbc"},
    literal{"dbi", word_start},
    literal{"no such "},
    literal{"duplicate key"},
    literal{"duplicate entry"},
    literal{"duplicate column"},
    literal{"violat"},
    literal{"integrity constraint"},
    literal{"constraint ["},
    literal{"constraint failed"},
    literal{"constraint \""},
    literal{"e11000"},
    literal{"table ", word_start},
    literal{"relation \""},
    literal{"column \""},
    literal{"schema \""},
    literal{"function \""},
    literal{"unknown column"},
    literal{"object name"},
    literal{"column name"},
    literal{"'field list'"},
    literal{"syntax error at or near"},
    literal{"could not execute"},
    literal{"could not prepare"},
    literal{"unable to execute"},
    literal{"preparedstatement"},
    literal{"deadlock"},
    literal{"lock wait"},
    literal{"role \""},
    literal{"using password"},
    literal{"password authentication"},
    literal{"denied for user"},
    literal{"pool"},
    literal{"get a connection"},
    literal{"too many connections"},
    literal{"database is locked"},
    literal{"has gone away"},
    literal{"unclosed quotation"},
    literal{"quoted string"},
    literal{"could not open database"},
    literal{"mariadb"},
    literal{"mongo"},
    literal{"zookeeper"},
    literal{"kafka"},
    literal{"rabbitmq"},
    literal{"memcache"},
    literal{"redis", word_start},
    literal{"elasticsearch"},
    literal{"cassandra"},
    literal{"oracle"},
    literal{"activerecord"},
    literal{"prisma"},
    literal{"knex"},
    literal{"typeorm"},
    literal{"sequelize"},
    literal{"hibernate"},
    literal{"postgres"},
    literal{"psycopg"},
    literal{"invalid input syntax"},
    literal{"too long for type"},
    literal{"too long for column"},
    literal{" value: '"},
    literal{"out of range value"},
    literal{"cannot be null"},
    literal{"notnull"},
    literal{"key (", word_start},
    literal{"for column '"},
    literal{"cast to objectid"},
    literal{"connect to", word_start},
    literal{"connect with", word_start},
    literal{"communicate to"},
    literal{"communicate with"},
    // Programming errors, the operating system, the network behind.
    literal{"cannot read propert"},
    literal{"cannot set propert"},
    literal{"is not a function"},
    literal{"is not defined"},
    literal{"not iterable"},
    literal{"undefined "},
    literal{"call to a member"},
    literal{"can't call method"},
    literal{"can't locate object"},
    literal{"member function"},
    literal{"object reference not"},
    literal{"pointer"},
    literal{"nullreference"},
    literal{"nonetype"},
    literal{"has no attribute"},
    literal{"nilclass"},
    literal{"nil:"},
    literal{"division by zero"},
    literal{"by zero"},
    literal{"index", word_start},
    literal{"slice bounds"},
    literal{"cannot invoke \""},
    literal{"\" is null"},
    literal{"the return value of"},
    literal{"cannot be cast"},
    literal{"class cast"},
    literal{"unsupported operand"},
    literal{"not subscriptable"},
    literal{"not callable"},
    literal{"invalid literal for"},
    literal{"resolved to a type"},
    literal{"failed to load class"},
    literal{"no module named"},
    literal{"cannot unmarshal"},
    literal{"go struct field"},
    literal{"go value"},
    literal{"linenumber: "},
    literal{"cannot deserialize"},
    literal{"cannot construct"},
    literal{"panic:"},
    literal{"segmentation fault"},
    literal{"core dumped"},
    literal{"out of memory"},
    literal{"heap space"},
    literal{"memory limit"},
    literal{"stack overflow"},
    literal{"maximum execution"},
    literal{"maximum call stack"},
    literal{"maximum recursion"},
    literal{"allowed memory"},
    literal{"fatal error"},
    literal{"parse error"},
    literal{"compilation error"},
    literal{"failed opening"},
    literal{"to open stream"},
    literal{"headers already sent"},
    literal{"uncaught"},
    literal{"unhandled"},
    literal{"assertion failed"},
    literal{"econn", word_start},
    literal{"etimedout"},
    literal{"enotfound"},
    literal{"epipe", word_start},
    literal{"ehostunreach"},
    literal{"enetunreach"},
    literal{"enoent"},
    literal{"eacces", word_start},
    literal{"eperm", word_start},
    literal{"eaddrinuse"},
    literal{"eai_again"},
    literal{"emfile"},
    literal{"enospc"},
    literal{"eisdir"},
    literal{"enotdir"},
    literal{"eexist"},
    literal{"errno"},
    literal{"file or directory"},
    literal{"space left on device"},
    literal{"too many open"},
    literal{"dial tcp"},
    literal{"dial udp"},
    literal{"dial unix"},
    literal{"getaddrinfo"},
    literal{"connection refused"},
    literal{"connection reset"},
    literal{"route to host"},
    literal{"i/o timeout"},
    literal{"broken pipe"},
    literal{"upstream connect"},
    literal{"healthy upstream"},
    literal{"delayed connect"},
    literal{"reset reason"},
    literal{"service not known"},
    literal{"certificate verify"},
    literal{"ssl handshake"},
    literal{"ssl routines"},
    literal{"ssl error"},
    literal{"tls handshake"},
    literal{"allowed_hosts"},
    literal{"urlconf"},
    literal{"no function clause"},
    literal{"exception", anywhere},
    literal{"attempt to "},
    literal{"a nil value"},
    literal{"is undefined in "},
    literal{"vbscript"},
    literal{"jscript"},
    literal{"microsoft jet"},
    literal{"error '8"},
    literal{"iec", word_start},
    literal{"abend "},
    literal{"abap"},
    literal{"raise_exception"},
    literal{"message_type_x"},
    literal{"sapl", word_start},
    literal{"connectionpool"},
    literal{"max retries"},
    literal{"curl error"},
    literal{"-----begin "},
    // Names out of the program, paths, hosts, software, secrets.
    literal{"throwable"},
    literal{"errordetail"},
    literal{"error", inside_word},
    literal{"[object "},
    literal{"usr/"},
    literal{"srv/"},
    literal{"var/"},
    literal{"opt/"},
    literal{"home/"},
    literal{"etc/"},
    literal{"app/"},
    literal{"tmp/"},
    literal{"root/"},
    literal{"src/"},
    literal{"mnt/"},
    literal{"proc/"},
    literal{"private/"},
    literal{"users/"},
    literal{"applications/"},
    literal{"inetpub/"},
    literal{"node_modules"},
    literal{"-packages"},
    literal{"web-inf"},
    literal{"localhost"},
    literal{"container", word_start},
    literal{"arn:aws"},
    literal{"nginx"},
    literal{"openresty"},
    literal{"lighttpd"},
    literal{"werkzeug"},
    literal{"gunicorn"},
    literal{"uvicorn"},
    literal{"webrick"},
    literal{"mojolicious"},
    literal{"cherrypy"},
    literal{"tomcat"},
    literal{"wildfly"},
    literal{"jboss"},
    literal{"weblogic"},
    literal{"websphere"},
    literal{"glassfish"},
    literal{"haproxy"},
    literal{"microsoft-iis"},
    literal{"sinatra"},
    literal{"django"},
    literal{"laravel"},
    literal{"symfony"},
    literal{"phpmyadmin"},
    literal{"mediawiki"},
    literal{"apollo"},
    literal{"ruby on rails"},
    literal{"phusion passenger"},
    literal{"powered by"},
    literal{"server at "},
    literal{"-snapshot"},
    literal{"eyj", word_start},
    literal{"sk_", word_start},
    literal{"pk_", word_start},
    literal{"rk_", word_start},
    literal{"whsec_"},
    literal{"xox", word_start},
    literal{"basic", word_start},
};

constexpr literal trace_words[] = {
    literal{"traceback (most"},
    literal{"\", line "},
    literal{"goroutine "},
    literal{":line "},
    literal{"uncaught "},
    literal{"unhandled "},
    literal{" on line"},
    literal{"stacktrace"},
    literal{"stack trace"},
    literal{"caused by: "},
    literal{".rb:"},
    literal{".py:"},
    literal{".pl:"},
    literal{".php:"},
    literal{"debug", word_start},
    literal{"development mode"},
    literal{"exception value:"},
    literal{"python path:"},
    literal{"django version:"},
    literal{"' application"},
    literal{"source error:"},
    literal{"version information:"},
    literal{"error at /"},
    literal{"exception at /"},
    literal{"urlconf"},
    literal{"application trace"},
    literal{"full trace"},
    literal{"framework trace"},
    literal{"physical path"},
    literal{"panicked at"},
    literal{"** ("},
};

constexpr literal_search<std::size(internal_words), 1> internal_word(internal_words);
constexpr literal_search<std::size(trace_words), 2> trace_word(trace_words);

// Bytes that sentences do without, alone or one behind the other: those of addresses, paths, code.
enum byte_kind : std::uint8_t {
  word_byte = 1,  // and the hyphen: what long ids are made of
  digit_byte = 2,
  hex_byte = 4,
  slash = 8,
  colon = 16,
  underscore = 32,
  small_x = 64,
  lone_mark = 128,
};

constexpr auto kinds = [] {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&table](std::string_view bytes, unsigned kind) {
    for (const char c : bytes) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | kind);
    }
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", word_byte);
  add("0123456789", digit_byte);
  add("0123456789abcdefABCDEF", hex_byte);
  add("/", slash);
  add(":", colon);
  add("_", underscore);
  add("x", small_x);
  add("\\@<~*={#\n\r\t\f", lone_mark);
  return table;
}();

// The kinds that make a mark of it when one of them follows.
constexpr auto kinds_behind = [] {
  std::array<std::uint8_t, 256> table{};
  table['.'] = word_byte | slash;   // a.b, ../, 10.1
  table[':'] = hex_byte | colon;    // host:80, fd00:1, ::
  table['/'] = digit_byte | slash;  // Name/1, //
  table['_'] = underscore;          // __init__
  table['0'] = small_x;             // 0x7f
  return table;
}();

constexpr std::size_t long_number = 4;
constexpr std::size_t long_word = 16;

struct mark_scan {
  bool any = false;
  bool digit = false;
};

mark_scan scan_marks(std::string_view text) noexcept {
  unsigned marks = 0;
  unsigned seen = 0;
  unsigned wanted = lone_mark;
  std::size_t word = 0;
  std::size_t number = 0;
  std::size_t longest_word = 0;
  std::size_t longest_number = 0;
  for (const char c : text) {
    const unsigned kind = kinds[static_cast<unsigned char>(c)];
    seen |= kind;
    marks |= kind & wanted;
    wanted = lone_mark | kinds_behind[static_cast<unsigned char>(c)];
    word = (kind & word_byte) != 0 ? word + 1 : 0;
    number = (kind & digit_byte) != 0 ? number + 1 : 0;
    longest_word = std::max(longest_word, word);
    longest_number = std::max(longest_number, number);
  }
  const bool any = marks != 0 || longest_word >= long_word || longest_number >= long_number;
  return {any, (seen & digit_byte) != 0};
}

// How lines begin that are dump from their first character on.
constexpr std::array<std::string_view, 24> frame_openings = {
    "at ",     "file \"", "caused",  "traceb", "gorout", "... ",  "#",      "^",
    "~",       "from ",   "thrown",  "stack",  "backtr", "call ", "inner ", "root ",
    "detail:", "hint:",   "context", "statem", "line ",  "[sql:", "[param", "(backg"};

constexpr std::string_view blanks = " \t\n\r\f";

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Lines of frames begin with "at ", or with # and a number.
bool begins_frame(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.starts_with("at ") || line.starts_with('#');
}

}  // namespace

leak_signs signs_of_leaks(std::string_view text) noexcept {
  const mark_scan marks = scan_marks(text);
  return {marks.any || begins_frame(text) || internal_word.any_in(text), marks.digit};
}

bool has_sign_of_frame(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  if (line.empty()) return false;
  const char first = lower(line.front());
  return std::any_of(frame_openings.begin(), frame_openings.end(), [&](std::string_view opening) {
    return opening.front() == first && line.size() >= opening.size() &&
           std::equal(opening.begin(), opening.end(), line.begin(),
                      [](char known, char c) { return known == lower(c); });
  });
}

bool has_sign_of_trace(std::string_view text) noexcept {
  if (trace_word.any_in(text)) return true;
  for (;;) {
    if (begins_frame(text)) return true;
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

}  // namespace errata
