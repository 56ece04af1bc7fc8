#include "proxy/wire/body_reader.hpp"

#include <algorithm>

namespace errata::wire {

body_reader::body_reader(body_framing framing, chunk_scanner::output what)
    : framing_(framing),
      done_(framing.kind == body_framing::none ||
            (framing.kind == body_framing::length && framing.bytes == 0)) {
  if (framing.kind == body_framing::chunked) chunks_.emplace(what);
}

body_reader::state body_reader::take(std::string_view bytes, pieces& out,
                                     std::size_t& consumed) noexcept {
  consumed = 0;
  if (done_) return state::done;
  if (chunks_) {
    const auto before = out.data_bytes;
    const auto scanned = chunks_->scan(bytes, out, consumed);
    data_bytes_ += out.data_bytes - before;
    if (scanned == chunk_scanner::state::bad) return state::bad;
    done_ = scanned == chunk_scanner::state::done;
    return done_ ? state::done : state::more;
  }
  if (out.full()) return state::more;
  consumed = bytes.size();
  if (framing_.kind == body_framing::length) {
    consumed = static_cast<std::size_t>(
        std::min<std::uint64_t>(framing_.bytes - data_bytes_, bytes.size()));
  }
  out.add(bytes.substr(0, consumed));
  out.data_bytes += consumed;
  data_bytes_ += consumed;
  done_ = framing_.kind == body_framing::length && data_bytes_ == framing_.bytes;
  return done_ ? state::done : state::more;
}

std::uint64_t body_reader::data_ahead() const noexcept {
  return chunks_ ? chunks_->data_ahead() : remaining().value_or(0);
}

void body_reader::pass(std::uint64_t bytes) noexcept {
  data_bytes_ += bytes;
  if (chunks_) {
    chunks_->pass(bytes);
  } else {
    done_ = data_bytes_ == framing_.bytes;
  }
}

body_reader::state body_reader::take_framing(std::string_view bytes,
                                             std::size_t& consumed) noexcept {
  const auto scanned = chunks_->scan_framing(bytes, consumed);
  if (scanned == chunk_scanner::state::bad) return state::bad;
  done_ = scanned == chunk_scanner::state::done;
  return done_ ? state::done : state::more;
}

std::optional<std::uint64_t> body_reader::remaining() const noexcept {
  if (done_) return 0;
  if (framing_.kind == body_framing::length) return framing_.bytes - data_bytes_;
  return std::nullopt;
}

}  // namespace errata::wire
