#include "policies/normalize/plain_speech.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/boilerplate.hpp"

namespace errata {
namespace {

constexpr std::size_t longest = 300;

constexpr std::array<std::string_view, 40> inside_words = {
    "connect", "upstream", "backend", "database",  "socket",  "timeout",   "timed out",
    "pool",    "thread",   "dns",     "host",      "null",    "exception", "error:",
    "stack",   "trace",    "sql",     "query",     "driver",  "cluster",   "replica",
    "node",    "worker",   "process", "memory",    "heap",    "cache",     "queue",
    "broker",  "proxy",    "gateway", "server at", "errno",   "failed to", "undefined",
    "refused", "reset",    "table",   "lock",      "varnish",
};

constexpr std::array<std::string_view, 22> inside_parts = {
    "sql",      "db",      "database", "exception", "error",   "null",  "pointer", "redis",
    "mongo",    "kafka",   "cache",    "pool",      "thread",  "stack", "socket",  "connection",
    "upstream", "backend", "internal", "panic",     "runtime", "query",
};

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool holds(std::string_view text, std::string_view word) noexcept {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

}  // namespace

bool is_for_clients(std::string_view message) {
  if (message.size() > longest || message.find(' ') == std::string_view::npos) return false;
  const auto in_message = [message](std::string_view word) { return holds(message, word); };
  return speaks_to_client(message) &&
         std::none_of(inside_words.begin(), inside_words.end(), in_message);
}

bool is_harmless_code(std::string_view code) noexcept {
  if (code.find('_') == std::string_view::npos) return false;
  while (!code.empty()) {
    const auto end = std::min(code.find('_'), code.size());
    const std::string_view part = code.substr(0, end);
    if (std::find(inside_parts.begin(), inside_parts.end(), part) != inside_parts.end()) {
      return false;
    }
    code.remove_prefix(std::min(end + 1, code.size()));
  }
  return true;
}

}  // namespace errata
