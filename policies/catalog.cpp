#include "policies/catalog.hpp"

#include <algorithm>
#include <array>
#include <boost/assert.hpp>
#include <tuple>

#include "policies/catalog_reader.hpp"

namespace errata {

std::string_view built_in_catalog_text();  // made by CMake from conf/catalog.json

namespace {

constexpr std::array<std::string_view, cause_count> cause_names = {
    "malformed_request",
    "target_too_long",
    "headers_too_large",
    "body_too_large",
    "unknown_transfer_coding",
    "version_not_supported",
    "expectation_failed",
    "method_not_allowed",
    "loop_detected",
    "header_timeout",
    "body_timeout",
    "route_not_found",
    "rate_limited",
    "upstream_unreachable",
    "upstream_saturated",
    "overloaded",
    "draining",
    "upstream_closed",
    "upstream_malformed",
    "upstream_timeout",
    "internal",
};

}  // namespace

std::string_view cause_name(cause c) noexcept {
  return cause_names[static_cast<std::size_t>(c)];
}

parsed_catalog catalog::parse(std::string_view text) {
  catalog_sections sections = read_catalog(text);
  parsed_catalog parsed;
  parsed.problems = std::move(sections.problems);
  if (!parsed.problems.empty()) return parsed;

  catalog& out = parsed.value;
  out.types_ = std::move(sections.types);
  // find_code() prefers the row that a code was made for: lower first.
  std::vector<int> rank;
  const auto add = [&](catalog_row row, int row_rank) {
    out.rows_.push_back(std::move(row));
    rank.push_back(row_rank);
    return static_cast<std::uint16_t>(out.rows_.size() - 1);
  };
  out.row_of_status_.assign(1000, add(sections.statuses.find("invalid")->second, 3));
  for (unsigned status = 400; status <= 599; ++status) {
    const auto listed = sections.statuses.find(std::to_string(status));
    if (listed != sections.statuses.end()) {
      out.listed_.set(status);
      const bool own = !sections.aliases.contains(listed->first) && listed->second.status == status;
      out.row_of_status_[status] = add(listed->second, own ? 0 : 3);
      continue;
    }
    catalog_row row = sections.statuses.find(status < 500 ? "4xx" : "5xx")->second;
    row.status = status;
    out.row_of_status_[status] = add(std::move(row), 4);
  }
  for (std::size_t i = 0; i < cause_count; ++i) {
    out.row_of_cause_.push_back(
        add(sections.causes.find(cause_name(static_cast<cause>(i)))->second, 1));
  }
  out.own_codes_at_ = out.rows_.size();
  for (catalog_row& row : sections.own_codes) add(std::move(row), 2);

  out.by_code_.resize(out.rows_.size());
  for (std::size_t i = 0; i < out.by_code_.size(); ++i) {
    out.by_code_[i] = static_cast<std::uint16_t>(i);
  }
  std::sort(out.by_code_.begin(), out.by_code_.end(), [&](std::uint16_t a, std::uint16_t b) {
    return std::tie(out.rows_[a].code, rank[a], a) < std::tie(out.rows_[b].code, rank[b], b);
  });
  const auto same_code = [&](std::uint16_t a, std::uint16_t b) {
    return out.rows_[a].code == out.rows_[b].code;
  };
  out.by_code_.erase(std::unique(out.by_code_.begin(), out.by_code_.end(), same_code),
                     out.by_code_.end());
  return parsed;
}

const catalog& catalog::built_in() {
  static const parsed_catalog parsed = parse(built_in_catalog_text());
  BOOST_ASSERT_MSG(parsed.problems.empty(), "conf/catalog.json as compiled in has problems");
  return parsed.value;
}

const catalog_row& catalog::for_status(unsigned upstream_status) const noexcept {
  const std::size_t status = upstream_status < row_of_status_.size() ? upstream_status : 0;
  return rows_[row_of_status_[status]];
}

const catalog_row& catalog::for_cause(cause c) const noexcept {
  return rows_[row_of_cause_[static_cast<std::size_t>(c)]];
}

const catalog_row* catalog::find_code(std::string_view code) const noexcept {
  const auto found = std::lower_bound(
      by_code_.begin(), by_code_.end(), code,
      [this](std::uint16_t row, std::string_view wanted) { return rows_[row].code < wanted; });
  return found == by_code_.end() || rows_[*found].code != code ? nullptr : &rows_[*found];
}

std::vector<std::string_view> catalog::codes() const {
  std::vector<std::string_view> all;
  all.reserve(by_code_.size());
  for (const std::uint16_t row : by_code_) all.emplace_back(rows_[row].code);
  return all;
}

bool catalog::lists(unsigned status) const noexcept {
  return status < listed_.size() && listed_[status];
}

std::span<const catalog_row> catalog::own_codes() const noexcept {
  return std::span(rows_).subspan(own_codes_at_);
}

std::string_view catalog::type_of(unsigned sent_status) const noexcept {
  return for_status(sent_status).type;
}

bool catalog::is_type(std::string_view type) const noexcept {
  return std::find(types_.begin(), types_.end(), type) != types_.end();
}

unsigned catalog::sent_status(const catalog_row& row, status_policy policy,
                              bool safe_to_repeat) noexcept {
  if (policy == status_policy::preserve) return row.status;
  return row.strict_503_if_safe && safe_to_repeat ? 503 : row.strict;
}

bool is_idempotent(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 6> idempotent = {"GET",   "HEAD", "OPTIONS",
                                                          "TRACE", "PUT",  "DELETE"};
  return std::find(idempotent.begin(), idempotent.end(), method) != idempotent.end();
}

}  // namespace errata
