// Reads a catalog file into its sections, and says everything that is wrong with it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"

namespace errata {

// What a catalog file says, before it is laid out for look-up.
struct catalog_sections {
  std::vector<std::string> types;
  std::map<std::string, catalog_row, std::less<>> statuses;  // by key: "404", "4xx", "invalid"
  std::set<std::string, std::less<>> aliases;                // those with "as"
  std::map<std::string, catalog_row, std::less<>> causes;    // by cause_name()
  std::vector<catalog_row> own_codes;
  std::vector<catalog_problem> problems;  // every one, not only the first
};

// Never throws on bad text. Without problems every reference status, "4xx", "5xx", "invalid" and
// every cause is there.
catalog_sections read_catalog(std::string_view text);

}  // namespace errata
