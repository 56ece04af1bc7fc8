#include "policies/catalog_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <set>

#include "policies/catalog_reader_row.hpp"
#include "policies/envelope.hpp"
#include "policies/json_position.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> top_keys = {"types", "statuses", "strict_exempt",
                                                      "causes"};
constexpr std::array<std::string_view, 7> row_keys = {
    "type", "code", "message", "description", "strict", "strict_503_if_safe", "retry"};
constexpr std::array<std::string_view, 2> status_keys = {"send", "as"};
constexpr std::array<std::string_view, 1> own_keys = {"status"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// The three digits of a status key; nothing for "4xx" and for what is no status.
std::optional<unsigned> status_number(std::string_view key) {
  unsigned number = 0;
  const auto [end, ec] = std::from_chars(key.data(), key.data() + key.size(), number);
  if (ec != std::errc{} || end != key.data() + key.size() || key.size() != 3) return {};
  if (number < 400 || number > 599) return {};
  return number;
}

class catalog_reader : public catalog_sections {
 public:
  void read(std::string_view text) {
    json::parse_options options;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    options.max_depth = 8;
    json::error_code ec;
    json::parser parser({}, options);
    const std::size_t consumed = parser.write(text.data(), text.size(), ec);
    if (ec) return syntax_problem(position_at(text, std::min(consumed, text.size())), ec.message());
    const json::value root = parser.release();
    const auto* object = root.if_object();
    if (object == nullptr) return problem("", "must be an object");
    for (const auto& member : *object) {
      if (!contains(top_keys, member.key()) && member.key() != "codes") {
        problem(pointer_to("", member.key()),
                "unknown key; known are types, statuses, strict_exempt, causes, codes");
      }
    }
    read_types(*object);
    read_statuses(*object);
    read_exempt(*object);
    read_causes(*object);
    read_codes(*object);
  }

 private:
  void problem(std::string pointer, std::string message) {
    problems.push_back({std::move(pointer), std::move(message)});
  }

  void syntax_problem(json_position at, const std::string& what) {
    problem("", "not JSON at line " + std::to_string(at.line) + ", column " +
                    std::to_string(at.column) + ": " + what);
  }

  template <std::size_t N>
  void refuse_unknown(const json::object& row, const std::string& pointer,
                      const std::array<std::string_view, N>& beyond_row_keys) {
    for (const auto& member : row) {
      if (!contains(row_keys, member.key()) && !contains(beyond_row_keys, member.key())) {
        problem(pointer_to(pointer, member.key()), "unknown key");
      }
    }
  }

  // The object under `key`; nullptr, and a problem, if it is missing or no object.
  const json::object* section(const json::object& root, std::string_view key) {
    const json::value* value = root.if_contains(key);
    if (value == nullptr) {
      problem(pointer_to("", key), "is missing");
    } else if (!value->is_object()) {
      problem(pointer_to("", key), "must be an object");
    } else {
      return &value->get_object();
    }
    return nullptr;
  }

  void read_types(const json::object& root) {
    const json::value* value = root.if_contains("types");
    if (value == nullptr || !value->is_array()) {
      return problem("/types", value == nullptr ? "is missing" : "must be an array of strings");
    }
    std::size_t index = 0;
    for (const json::value& type : value->get_array()) {
      const std::string pointer = "/types/" + std::to_string(index++);
      if (!type.is_string() || !is_code(type.get_string())) {
        problem(pointer, "must be a string in snake_case");
      } else if (std::find(types.begin(), types.end(), type.get_string()) != types.end()) {
        problem(pointer, "is there twice");
      } else {
        types.emplace_back(type.get_string());
      }
    }
  }

  void read_statuses(const json::object& root) {
    const json::object* all = section(root, "statuses");
    if (all == nullptr) return;
    // Rows that take nothing from others first, so that "as" may point both ways.
    for (const bool with_as : {false, true}) {
      for (const auto& member : *all) {
        const json::object* row = member.value().if_object();
        if ((row != nullptr && row->contains("as")) == with_as) {
          read_status(member.key(), member.value());
        }
      }
    }
    for (const unsigned status : reference_statuses) require_status(std::to_string(status));
    for (const char* key : {"4xx", "5xx", "invalid"}) require_status(key);
    check_types_of_strict();
  }

  void require_status(const std::string& key) {
    if (statuses.find(key) == statuses.end()) problem("/statuses/" + key, "is missing");
  }

  void read_status(std::string_view key, const json::value& value) {
    const std::string pointer = pointer_to("/statuses", key);
    const auto number = status_number(key);
    const bool is_class = key == "4xx" || key == "5xx" || key == "invalid";
    if (!number && !is_class) {
      return problem(pointer, "unknown key: use 400 to 599, 4xx, 5xx or invalid");
    }
    const json::object* object = value.if_object();
    if (object == nullptr) return problem(pointer, "must be an object");
    catalog_row row;
    bool strict_given = object->contains("strict");
    if (const json::value* as = object->if_contains("as")) {
      const auto base =
          as->is_int64() ? statuses.find(std::to_string(as->get_int64())) : statuses.end();
      if (base == statuses.end() || aliases.contains(base->first)) {
        return problem(pointer + "/as", "must be a status whose row has no \"as\" itself");
      }
      row = base->second;
      strict_given = true;
      aliases.emplace(key);
    }
    row.status = number ? *number : key == "4xx" ? 400 : key == "5xx" ? 500 : 502;
    if (const json::value* send = object->if_contains("send")) {
      if (key == "4xx" || key == "5xx") {
        problem(pointer + "/send", "is only for one status, and for \"invalid\"");
      } else if (send->is_int64() && send->get_int64() >= 400 && send->get_int64() <= 599) {
        row.status = static_cast<unsigned>(send->get_int64());
      } else {
        problem(pointer + "/send", "must be 400 to 599");
      }
    }
    refuse_unknown(*object, pointer, status_keys);
    read_catalog_row(*object, pointer, types, row, problems);
    check_catalog_row(pointer, row, strict_given, problems);
    statuses.emplace(key, std::move(row));
  }

  // A client tells errors apart by status and type: one status, one type.
  void check_types_of_strict() {
    for (const auto& [key, row] : statuses) {
      const auto sent = statuses.find(std::to_string(row.strict));
      if (sent != statuses.end() && sent->second.type != row.type) {
        problem("/statuses/" + key + "/type", "must be that of status " + sent->first +
                                                  ", which strict sends: " + sent->second.type);
      }
    }
  }

  void read_exempt(const json::object& root) {
    const json::value* value = root.if_contains("strict_exempt");
    if (value == nullptr || !value->is_array()) {
      return problem("/strict_exempt", value == nullptr ? "is missing" : "must be an array");
    }
    std::size_t index = 0;
    for (const json::value& status : value->get_array()) {
      const auto row =
          status.is_int64() ? statuses.find(std::to_string(status.get_int64())) : statuses.end();
      if (row == statuses.end()) {
        problem("/strict_exempt/" + std::to_string(index), "must be a status of /statuses");
      } else {
        row->second.strict = row->second.status;
        row->second.strict_503_if_safe = false;
      }
      ++index;
    }
  }

  // A row that starts from that of its status: a cause or a code of the operator's.
  std::optional<catalog_row> read_own(const json::value& value, const std::string& pointer) {
    const json::object* object = value.if_object();
    if (object == nullptr) {
      problem(pointer, "must be an object");
      return {};
    }
    refuse_unknown(*object, pointer, own_keys);
    const json::value* status = object->if_contains("status");
    if (status == nullptr || !status->is_int64() || status->get_int64() < 400 ||
        status->get_int64() > 599) {
      problem(pointer + "/status", status == nullptr ? "is missing" : "must be 400 to 599");
      return {};
    }
    const auto number = static_cast<unsigned>(status->get_int64());
    auto base = statuses.find(std::to_string(number));
    if (base == statuses.end()) base = statuses.find(number < 500 ? "4xx" : "5xx");
    if (base == statuses.end()) return {};  // reported as missing
    catalog_row row = base->second;
    if (base->second.status == number || base->first.ends_with("xx")) row.status = number;
    read_catalog_row(*object, pointer, types, row, problems);
    if (row.type != base->second.type) {
      problem(pointer + "/type", "must be that of its status: " + base->second.type);
    }
    check_catalog_row(pointer, row, true, problems);
    return row;
  }

  void read_causes(const json::object& root) {
    const json::object* all = section(root, "causes");
    if (all == nullptr) return;
    std::set<std::string_view> known;
    for (std::size_t i = 0; i < cause_count; ++i) {
      const std::string_view name = cause_name(static_cast<cause>(i));
      known.insert(name);
      if (!all->contains(name)) problem(pointer_to("/causes", name), "is missing");
    }
    for (const auto& member : *all) {
      const std::string pointer = pointer_to("/causes", member.key());
      if (!known.contains(member.key())) {
        problem(pointer, "unknown key");
      } else if (auto row = read_own(member.value(), pointer)) {
        causes.emplace(member.key(), std::move(*row));
      }
    }
  }

  void read_codes(const json::object& root) {
    if (!root.contains("codes")) return;
    const json::object* all = section(root, "codes");
    if (all == nullptr) return;
    for (const auto& member : *all) {
      const std::string pointer = pointer_to("/codes", member.key());
      if (!is_code(member.key())) {
        problem(pointer, "the key must be a code: 2 to 63 of a-z, 0-9 and single underscores");
        continue;
      }
      if (const json::object* object = member.value().if_object();
          object && object->contains("code")) {
        problem(pointer + "/code", "unknown key: the code is the key itself");
      }
      if (auto row = read_own(member.value(), pointer)) {
        row->code = member.key();
        if (!member.value().get_object().contains("description")) row->description.clear();
        if (is_taken(row->code)) problem(pointer, "is the code of a status or a cause already");
        own_codes.push_back(std::move(*row));
      }
    }
  }

  bool is_taken(std::string_view code) const {
    const auto same = [code](const auto& entry) { return entry.second.code == code; };
    return std::any_of(statuses.begin(), statuses.end(), same) ||
           std::any_of(causes.begin(), causes.end(), same);
  }
};

}  // namespace

catalog_sections read_catalog(std::string_view text) {
  catalog_reader reader;
  reader.read(text);
  return std::move(reader);
}

}  // namespace errata
