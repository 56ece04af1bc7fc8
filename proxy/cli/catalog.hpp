// `errata catalog`: the error reference, which `doc_url` points to, made from the catalog.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace errata {

enum class catalog_format : std::uint8_t { markdown, html, json, openapi, typescript };

struct catalog_options {
  std::string file;  // a configuration or a catalog; empty: the catalog compiled in
  catalog_format format = catalog_format::markdown;
  std::string output;  // a file, written whole or not at all; empty: `out`
};

// On `err` one line a problem. Returns the exit code: 0 done, 1 the file has mistakes, 3 it cannot
// be read or the output cannot be written.
int catalog_command(const catalog_options& options, std::ostream& out, std::ostream& err);

}  // namespace errata
