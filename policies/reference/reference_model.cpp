#include "policies/reference/reference_model.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace errata {
namespace {

// Fills in one code from every row that has it.
class code_collector {
 public:
  code_collector(const catalog& errors, const catalog_row& main) {
    made_.row = &main;
    add_use(main, false);
    for (unsigned status = 400; status <= 599; ++status) {
      const catalog_row& row = errors.for_status(status);
      if (row.code != main.code) continue;
      const bool listed = errors.lists(status);
      if (listed) made_.upstream_statuses.push_back(status);
      if (!listed && status / 100 == main.status / 100) made_.other_upstream_statuses = true;
      add_use(row, !listed);
    }
    if (errors.for_status(0).code == main.code) {
      made_.invalid_upstream_status = true;
      const std::size_t uses = made_.uses.size();
      add_use(errors.for_status(0), false);
      if (made_.uses.size() > uses) made_.uses.back().of_invalid = true;
    }
    for (std::size_t i = 0; i < cause_count; ++i) {
      const auto c = static_cast<cause>(i);
      if (errors.for_cause(c).code != main.code) continue;
      made_.causes.push_back(c);
      add_use(errors.for_cause(c), false);
    }
    for (const catalog_row& row : errors.own_codes()) {
      if (row.code == main.code) made_.is_named = true;
    }
  }

  reference_code take() { return std::move(made_); }

 private:
  void add_use(const catalog_row& row, bool unlisted) {
    reference_use use{.statuses = {},
                      .others = unlisted,
                      .of_invalid = false,
                      .status_class = row.status / 100,
                      .type = row.type,
                      .retry = row.retry,
                      .always_has_retry_after = row.status == 429 || row.status == 503,
                      .strict = row.strict == row.status ? 0 : row.strict,
                      .strict_503_if_safe = row.strict_503_if_safe};
    const auto key = [](const reference_use& u) {
      return std::tuple(u.status_class, u.type, u.retry, u.always_has_retry_after, u.strict,
                        u.strict_503_if_safe);
    };
    auto found = std::find_if(made_.uses.begin(), made_.uses.end(),
                              [&](const reference_use& u) { return key(u) == key(use); });
    if (found == made_.uses.end()) found = made_.uses.insert(found, std::move(use));
    if (unlisted) {
      found->others = true;
      return;
    }
    const auto place = std::lower_bound(found->statuses.begin(), found->statuses.end(), row.status);
    if (place == found->statuses.end() || *place != row.status) {
      found->statuses.insert(place, row.status);
    }
  }

  reference_code made_;
};

reference_type collect_type(const catalog& errors, std::string_view type) {
  reference_type made;
  made.type = type;
  std::set<unsigned> statuses;
  for (unsigned status = 400; status <= 599; ++status) {
    const catalog_row& row = errors.for_status(status);
    if (row.type != type) continue;
    if (errors.lists(status)) {
      statuses.insert(row.status);
    } else {
      (status < 500 ? made.other_4xx : made.other_5xx) = true;
    }
  }
  made.statuses.assign(statuses.begin(), statuses.end());
  for (const std::string_view code : errors.codes()) {
    const catalog_row* row = errors.find_code(code);
    if (row->type == type) made.codes.push_back(code_collector(errors, *row).take());
  }
  std::sort(made.codes.begin(), made.codes.end(),
            [](const reference_code& a, const reference_code& b) {
              return std::tie(a.row->status, a.row->code) < std::tie(b.row->status, b.row->code);
            });
  return made;
}

}  // namespace

std::string reference_model::doc_url(std::string_view code) const {
  return options.doc_url_base.empty() ? std::string() : options.doc_url_base + std::string(code);
}

reference_model make_reference(const catalog& errors, reference_options options) {
  reference_model made;
  made.options = std::move(options);
  for (const std::string& type : errors.types()) made.types.push_back(collect_type(errors, type));
  std::map<unsigned, const catalog_row*> sent;
  for (unsigned status = 400; status <= 599; ++status) {
    if (!errors.lists(status)) continue;
    const catalog_row& row = errors.for_status(status);
    const auto [entry, is_new] = sent.emplace(row.status, &row);
    // The row of the status itself, not of another that is sent as it.
    if (!is_new && row.status == status) entry->second = &row;
  }
  for (const auto& [status, row] : sent) made.statuses.push_back({status, row});
  return made;
}

}  // namespace errata
