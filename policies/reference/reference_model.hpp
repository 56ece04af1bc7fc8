// What the error reference says, before it is a page, a schema or a table of constants: the catalog
// turned around, from statuses that have codes to codes that have statuses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"

namespace errata {

struct reference_options {
  std::string doc_url_base;  // a code is appended to it; empty: no links
  std::string request_id_field = "X-Request-Id";
  bool problem_json = false;  // clients that prefer application/problem+json get it
};

// One way in which a code is sent. Statuses that differ in nothing else share one.
struct reference_use {
  std::vector<unsigned> statuses;  // as sent under `preserve`, ascending
  bool others = false;             // and every other of the class that the catalog does not list
  bool of_invalid = false;         // in place of a status outside 200 to 599
  unsigned status_class = 4;       // 4 or 5
  std::string_view type;
  retry_advice retry = retry_advice::no;
  bool always_has_retry_after = false;  // 429 and 503
  unsigned strict = 0;                  // what `strict` sends; 0: the same as `preserve`
  bool strict_503_if_safe = false;
};

struct reference_code {
  const catalog_row* row = nullptr;  // the one that find_code() gives
  std::vector<reference_use> uses;   // that of `row` is the first
  // Who makes it. Any of these may be empty, not all.
  std::vector<unsigned> upstream_statuses;  // of a service that says nothing usable itself
  bool other_upstream_statuses = false;     // those of the class of `row` that are not listed
  bool invalid_upstream_status = false;     // outside 200 to 599
  std::vector<cause> causes;
  bool is_named = false;  // in the catalog's "codes": a service or a route says it itself
};

struct reference_type {
  std::string_view type;
  std::vector<unsigned> statuses;  // the listed ones, as sent under `preserve`, ascending
  bool other_4xx = false;          // and those that are not listed
  bool other_5xx = false;
  std::vector<reference_code> codes;  // those whose main row has this type; by status, then name
};

struct reference_status {
  unsigned status = 0;
  const catalog_row* row = nullptr;  // its own defaults
};

// Views and pointers into the catalog, which must outlive it.
struct reference_model {
  reference_options options;
  std::vector<reference_type> types;       // in the order of the catalog, unused ones too
  std::vector<reference_status> statuses;  // every listed one that is sent, ascending

  std::string doc_url(std::string_view code) const;  // empty without a base
};

reference_model make_reference(const catalog& errors, reference_options options);

}  // namespace errata
