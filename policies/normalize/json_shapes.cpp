#include "policies/normalize/json_shapes.hpp"

#include <array>
#include <boost/json.hpp>

#include "policies/normalize/json_error_reader.hpp"
#include "policies/normalize/json_repair.hpp"

namespace errata {
namespace {

constexpr std::size_t max_parse_depth = 32;

}  // namespace

finding read_error_value(const json::value& value, unsigned status, with_origins origins,
                         std::string_view root) {
  const json_place document;
  if (root.empty()) return error_reader(status, origins).read(value, document);
  return error_reader(status, origins).read(value, json_place(document, root));
}

std::optional<finding> extract_json(std::string_view text, unsigned status, with_origins origins) {
  std::array<unsigned char, 8192> tree;
  std::array<unsigned char, 2048> stack;
  json::monotonic_resource memory(tree.data(), tree.size());
  json::parse_options options;
  options.max_depth = max_parse_depth;
  json::parser parser(json::storage_ptr(), options, stack.data(), stack.size());
  parser.reset(&memory);
  json::error_code ec;
  parser.write_some(text.data(), text.size(), ec);
  if (ec) return {};
  const json::value value = parser.release();
  return read_error_value(value, status, origins);
}

std::optional<finding> extract_cut_json(std::string_view text, unsigned status,
                                        with_origins origins) {
  const std::string repaired = close_json(text, max_parse_depth);
  if (repaired.empty()) return {};
  return extract_json(repaired, status, origins);
}

}  // namespace errata
