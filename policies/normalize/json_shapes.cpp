#include "policies/normalize/json_shapes.hpp"

#include <boost/json.hpp>

#include "policies/normalize/json_error_reader.hpp"
#include "policies/normalize/json_repair.hpp"

namespace errata {
namespace {

constexpr std::size_t max_parse_depth = 32;

}  // namespace

finding read_error_value(const boost::json::value& value, unsigned status, with_origins origins,
                         std::string_view root) {
  json_document tree;
  tree.copy(value);
  const json_place document;
  error_reader reader(status, origins, reading::whole);
  if (root.empty()) return reader.read(tree.root(), document);
  return reader.read(tree.root(), json_place(document, root));
}

std::optional<finding> extract_json(std::string_view text, unsigned status, with_origins origins,
                                    reading how) {
  json_document tree;
  if (tree.parse(text, max_parse_depth) == 0) return {};
  error_reader reader(status, origins, tree.is_small() ? how : reading::whole);
  finding found = reader.read(tree.root(), json_place());
  if (!reader.must_read_whole()) return found;
  return error_reader(status, origins, reading::whole).read(tree.root(), json_place());
}

std::optional<finding> extract_cut_json(std::string_view text, unsigned status,
                                        with_origins origins) {
  const std::string repaired = close_json(text, max_parse_depth);
  if (repaired.empty()) return {};
  return extract_json(repaired, status, origins);
}

}  // namespace errata
