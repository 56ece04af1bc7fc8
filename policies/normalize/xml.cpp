#include "policies/normalize/xml.hpp"

#include <array>
#include <boost/json.hpp>
#include <pugixml.hpp>

#include "policies/message.hpp"
#include "policies/normalize/code_name.hpp"
#include "policies/normalize/json_shapes.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr int max_depth = 10;
constexpr unsigned max_elements = 512;

std::string_view local_name(std::string_view name) noexcept {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view local_name(const pugi::xml_node& node) noexcept {
  return local_name(std::string_view(node.name()));
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) noexcept {
  for (const pugi::xml_node& node : parent.children()) {
    if (node.type() == pugi::node_element && iequals(local_name(node), name)) return node;
  }
  return {};
}

// The text of an element, that of its children left out.
std::string own_text(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& node : element.children()) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) text += node.value();
  }
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool has_code(const pugi::xml_node& element) noexcept {
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    const std::string_view name = local_name(std::string_view(attribute.name()));
    if (iequals(name, "code") || iequals(name, "exceptionCode") || iequals(name, "errorCode")) {
      return true;
    }
  }
  return false;
}

// An exception with a code is what a service reports, and none of the program's.
std::string_view key_of(const pugi::xml_node& element) noexcept {
  const std::string_view name = local_name(element);
  return name.ends_with("Exception") && has_code(element) ? "error" : name;
}

// RFC 4918 section 16: the condition that was not met is the name of the element in DAV:error.
std::string condition_of(const pugi::xml_node& error) {
  for (const pugi::xml_node& node : error.children()) {
    if (node.type() == pugi::node_element) return to_code(local_name(node));
  }
  return {};
}

// Turns elements into the JSON that says the same, so that one set of rules reads both.
class element_reader {
 public:
  json::value read(const pugi::xml_node& element, int depth = 0) {
    if (depth > max_depth || ++elements_ > max_elements) return nullptr;
    json::object object;
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns") || name.starts_with("xml:") || name.starts_with("xsi:")) {
        continue;
      }
      add(object, local_name(name), json::string(attribute.value()));
    }
    if (iequals(local_name(element), "struct")) {
      add_members(object, element);
      if (!object.empty()) return object;
    }
    bool has_children = false;
    for (const pugi::xml_node& node : element.children()) {
      if (node.type() != pugi::node_element) continue;
      has_children = true;
      add(object, key_of(node), read(node, depth + 1));
      if (elements_ > max_elements) break;
    }
    const std::string text = own_text(element);
    // <reason value="..."/>: the element's text in another place.
    if (!has_children && text.empty() && object.size() == 1 && object.contains("value")) {
      return object["value"];
    }
    // Only what is named an error has attributes that matter beside its text.
    const bool speaks = depth == 0 || iequals(local_name(element), "error") ||
                        iequals(local_name(element), "fault") || has_code(element);
    if (!has_children && (object.empty() || !speaks)) {
      if (object.empty() || !text.empty()) return json::string(text);
    }
    if (!text.empty() && !object.contains("message")) object["message"] = text;
    return object;
  }

 private:
  // XML-RPC: <member><name>a</name><value><string>b</string></value></member>. The type around a
  // value may be left out.
  void add_members(json::object& object, const pugi::xml_node& element) {
    for (const pugi::xml_node& node : element.children()) {
      if (!iequals(local_name(node), "member") || ++elements_ > max_elements) continue;
      const pugi::xml_node value = child(node, "value");
      const std::string name = own_text(child(node, "name"));
      if (!value || name.empty()) continue;
      std::string text = own_text(value);
      if (text.empty()) text = own_text(value.first_child());
      add(object, name, json::string(text));
    }
  }

  // Elements of one name become a list.
  static void add(json::object& object, std::string_view name, json::value value) {
    json::value* present = object.if_contains(name);
    if (present == nullptr) {
      object.emplace(name, std::move(value));
      return;
    }
    if (!present->is_array()) {
      json::array list;
      list.push_back(std::move(*present));
      *present = std::move(list);
    }
    present->get_array().push_back(std::move(value));
  }

  unsigned elements_ = 0;
};

// A faultcode is a qualified name whose first part says who is at fault: soap:Client.Validation.
struct fault_code {
  bool client = false;
  std::string code;
};

fault_code read_fault_code(std::string_view text) {
  text = local_name(text);
  fault_code read;
  for (const std::string_view side : {"Client", "Sender", "Server", "Receiver"}) {
    if (!text.starts_with(side)) continue;
    const std::string_view rest = text.substr(side.size());
    if (!rest.empty() && rest.front() != '.') continue;
    read.client = side == "Client" || side == "Sender";
    text = rest.empty() ? rest : rest.substr(1);
    break;
  }
  read.code = to_code(text);
  if (is_noise_code(read.code)) read.code.clear();
  return read;
}

// SOAP 1.2 part 1, section 5.4: of the texts in several languages the English one, else the first.
std::string reason_text(const pugi::xml_node& reason) {
  std::string first;
  for (const pugi::xml_node& text : reason.children()) {
    if (text.type() != pugi::node_element || !iequals(local_name(text), "Text")) continue;
    if (std::string_view(text.attribute("xml:lang").value()).starts_with("en")) {
      return own_text(text);
    }
    if (first.empty()) first = own_text(text);
  }
  return first;
}

finding read_fault(const pugi::xml_node& fault, unsigned status, with_origins origins) {
  finding found;
  fault_code code;
  statement message;
  std::string_view code_element_name = "Fault/faultcode";
  if (const pugi::xml_node code_element = child(fault, "Code")) {  // SOAP 1.2
    code = read_fault_code(own_text(child(code_element, "Value")));
    if (const pugi::xml_node subcode = child(code_element, "Subcode")) {
      code.code = read_fault_code(own_text(child(subcode, "Value"))).code;
    }
    code_element_name = "Fault/Code";
    message = {reason_text(child(fault, "Reason")), "Fault/Reason"};
  } else {
    code = read_fault_code(own_text(child(fault, "faultcode")));
    message = {own_text(child(fault, "faultstring")), "Fault/faultstring"};
  }
  if (const pugi::xml_node detail = child(fault, "detail")) {
    const json::value value = element_reader().read(detail);
    // Plain text there is written for developers.
    // SOAP 1.1 sends every fault with status 500: who is at fault says more.
    const unsigned meant = code.client && status >= 500 ? 400 : status;
    if (value.is_object()) found = read_error_value(value, meant, origins, "detail");
  }
  if (!message.text.empty()) {
    const bool last = is_weak(message.text) && !found.messages.empty();
    found.messages.insert(last ? found.messages.end() : found.messages.begin(), std::move(message));
  }
  if (found.code.empty() && !is_status_name(code.code, status)) {
    found.code = std::move(code.code);
    found.code_origin = code_element_name;
  }
  found.for_client = code.client;
  found.shape = "soap";
  return found;
}

pugi::xml_node find_fault(const pugi::xml_node& root) {
  if (iequals(local_name(root), "Fault")) {
    const bool soap = child(root, "faultcode") || child(root, "faultstring") ||
                      (child(root, "Code") && child(root, "Reason"));
    return soap ? root : pugi::xml_node();
  }
  if (!iequals(local_name(root), "Envelope")) return {};
  return child(child(root, "Body"), "Fault");
}

}  // namespace

std::optional<finding> extract_xml(std::string_view text, unsigned status, with_origins origins) {
  if (text.find("<!ENTITY") != std::string_view::npos) {
    finding refused;
    refused.shape = "xml";
    refused.internal = true;
    return refused;
  }
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return {};
  const pugi::xml_node root = document.document_element();
  if (!root) return {};
  if (const pugi::xml_node fault = find_fault(root)) return read_fault(fault, status, origins);
  finding found = read_error_value(element_reader().read(root), status, origins, local_name(root));
  if (iequals(local_name(root), "error") && found.messages.empty() && found.code.empty()) {
    found.code = condition_of(root);
    if (is_noise_code(found.code) || is_status_name(found.code, status)) found.code.clear();
    if (!found.code.empty()) found.code_origin = "the element in error";
  }
  found.shape = iequals(local_name(root), "problem") ? "problem_xml" : "xml";
  return found;
}

}  // namespace errata
