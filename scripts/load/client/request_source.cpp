#include "scripts/load/client/request_source.hpp"

#include <unistd.h>

namespace errata::load {
namespace {

constexpr std::size_t key_size = 16;

void write_hex(char* to, std::uint64_t value) {
  for (int digit = 15; digit >= 0; --digit, value >>= 4) {
    to[digit] = "0123456789abcdef"[value & 15];
  }
}

// Spreads consecutive numbers, so that neighbours are not neighbours in a table.
std::uint64_t scatter(std::uint64_t number) {
  number *= 0x9e3779b97f4a7c15U;
  return number ^ (number >> 29);
}

}  // namespace

void write_id(char* to, std::uint64_t number) {
  static const auto run = scatter(static_cast<std::uint64_t>(::getpid()));
  write_hex(to, run);
  write_hex(to + 16, number);
}

request_source::request_source(const options& wanted) : wanted_(wanted) {
  bytes_ = (wanted.upload > 0 ? "POST " : "GET ") + wanted.path +
           " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(wanted.port) + "\r\n";
  if (wanted.ids) {
    bytes_ += "X-Request-Id: ";
    id_at_ = bytes_.size();
    bytes_ += std::string(id_size, '0') + "\r\n";
  }
  if (wanted.keys > 0) {
    bytes_ += "Authorization: Bearer ";
    key_at_ = bytes_.size();
    bytes_ += std::string(key_size, '0') + "\r\n";
  }
  for (std::size_t i = 0; i < wanted.fields; ++i) {
    const std::string name = "X-Field-" + std::to_string(i);
    bytes_ += name + ": " + std::string(36 - name.size(), 'v') + "\r\n";
  }
  if (wanted.fresh) bytes_ += "Connection: close\r\n";
  if (wanted.upload > 0) {
    bytes_ += "Content-Type: application/octet-stream\r\nContent-Length: " +
              std::to_string(wanted.upload) + "\r\n";
  }
  bytes_ += "\r\n";
  bytes_.append(wanted.upload, 'u');
}

std::string_view request_source::next(std::string& id) {
  ++number_;
  if (id_at_ > 0) {
    write_id(bytes_.data() + id_at_, number_);
    id.assign(bytes_, id_at_, id_size);
  }
  if (key_at_ > 0) write_hex(bytes_.data() + key_at_, scatter(number_ % wanted_.keys));
  return bytes_;
}

}  // namespace errata::load
