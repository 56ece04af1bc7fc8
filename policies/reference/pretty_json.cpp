#include "policies/reference/pretty_json.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_line = 88;

std::string on_one_line(const json::array& items) {
  std::string out = "[";
  for (const json::value& item : items) {
    if (item.is_structured()) return {};
    if (out.size() > 1) out += ", ";
    out += json::serialize(item);
  }
  return out + ']';
}

void append(std::string& out, const json::value& value, std::size_t indent);

void new_line(std::string& out, std::size_t indent) {
  out += '\n';
  out.append(indent, ' ');
}

void append_array(std::string& out, const json::array& items, std::size_t indent) {
  const std::string line = on_one_line(items);
  if (!line.empty() && indent + line.size() <= longest_line) {
    out += line;
    return;
  }
  out += '[';
  bool first = true;
  for (const json::value& item : items) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent + 2);
    append(out, item, indent + 2);
  }
  new_line(out, indent);
  out += ']';
}

void append_object(std::string& out, const json::object& members, std::size_t indent) {
  if (members.empty()) {
    out += "{}";
    return;
  }
  out += '{';
  bool first = true;
  for (const auto& member : members) {
    if (!first) out += ',';
    first = false;
    new_line(out, indent + 2);
    out += json::serialize(member.key()) + ": ";
    append(out, member.value(), indent + 2);
  }
  new_line(out, indent);
  out += '}';
}

void append(std::string& out, const json::value& value, std::size_t indent) {
  if (const auto* items = value.if_array()) {
    append_array(out, *items, indent);
  } else if (const auto* members = value.if_object()) {
    append_object(out, *members, indent);
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(const json::value& value) {
  std::string out;
  append(out, value, 0);
  return out + '\n';
}

}  // namespace errata
