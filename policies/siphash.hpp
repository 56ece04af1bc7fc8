// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed 64-bit hash that is fed piece by piece, so
// that a tuple is hashed without building a string of it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace errata {

// A value: a copy goes on from where the original stood, so that a common beginning is hashed once.
// The pieces' borders do not count: add("ab") equals add("a") and add("b"). Whoever hashes several
// values adds their lengths too.
class siphasher {
 public:
  explicit siphasher(const std::array<std::uint64_t, 2>& key) noexcept;

  void add(std::string_view bytes) noexcept;
  // The same as adding its eight bytes, least significant first.
  void add(std::uint64_t word) noexcept {
    const unsigned filled = static_cast<unsigned>(length_ % 8U) * 8U;
    length_ += 8U;
    if (filled == 0) return compress(word);
    compress(tail_ | word << filled);
    tail_ = word >> (64U - filled);
  }

  // The hash of what was added so far; more may be added afterwards.
  std::uint64_t finish() const noexcept;

 private:
  void round() noexcept {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }
  void compress(std::uint64_t word) noexcept {
    v3_ ^= word;
    round();
    round();
    v0_ ^= word;
  }

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint64_t tail_ = 0;    // the bytes that do not fill a word yet, least significant first
  std::uint64_t length_ = 0;  // in bytes
};

}  // namespace errata
