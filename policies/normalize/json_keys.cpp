#include "policies/normalize/json_keys.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace errata {
namespace {

struct row {
  std::string_view key;
  key_roles roles;
};

// Sorted by key. Columns: message, code, param; any_word_is_code, holds_errors, holds_fields,
// maps_words, internal.
constexpr std::array rows = {
    row{"apicode", {0, 2, 0, true, false, false, false, false}},
    row{"appcode", {0, 2, 0, true, false, false, false, false}},
    row{"argument", {0, 0, 2, false, false, false, false, false}},
    row{"argumentname", {0, 0, 2, false, false, false, false, false}},
    row{"attribute", {0, 0, 2, false, false, false, false, false}},
    row{"attributename", {0, 0, 2, false, false, false, false, false}},
    row{"backtrace", {0, 0, 0, false, false, false, false, true}},
    row{"bericht", {7, 0, 0, false, false, false, false, false}},
    row{"category", {0, 8, 0, false, false, false, false, false}},
    row{"cause", {0, 0, 0, false, false, false, false, true}},
    row{"causes", {0, 0, 0, false, true, false, false, false}},
    row{"code", {0, 1, 0, true, false, false, false, false}},
    row{"codigo", {0, 2, 0, true, false, false, false, false}},
    row{"constraintviolations", {0, 0, 0, false, true, false, false, false}},
    row{"context", {9, 0, 0, false, false, false, false, false}},
    row{"contextinfo", {0, 0, 0, false, true, false, false, false}},
    row{"datapath", {0, 0, 2, false, false, false, false, false}},
    row{"debug", {0, 0, 0, false, false, false, false, true}},
    row{"debuginfo", {0, 0, 0, false, false, false, false, true}},
    row{"debugmessage", {0, 0, 0, false, false, false, false, true}},
    row{"defaultmessage", {6, 0, 0, false, false, false, false, false}},
    row{"description", {9, 0, 0, false, false, false, false, false}},
    row{"detail", {2, 0, 0, false, true, true, false, false}},
    row{"details", {8, 0, 0, false, true, true, false, false}},
    row{"developermessage", {0, 0, 0, false, false, false, false, true}},
    row{"developermsg", {0, 0, 0, false, false, false, false, true}},
    row{"devmessage", {0, 0, 0, false, false, false, false, true}},
    row{"diagnostics", {9, 0, 0, false, false, false, false, false}},
    row{"displaymessage", {1, 0, 0, false, false, false, false, false}},
    row{"element", {0, 0, 2, false, false, false, false, false}},
    row{"elements", {0, 0, 0, false, true, false, false, false}},
    row{"embedded", {0, 0, 0, false, true, false, false, false}},
    row{"err", {10, 0, 0, false, true, false, false, false}},
    row{"errcode", {0, 1, 0, true, false, false, false, false}},
    row{"erreur", {8, 0, 0, false, false, false, false, false}},
    row{"errmsg", {6, 0, 0, false, false, false, false, false}},
    row{"errno", {0, 1, 0, true, false, false, false, false}},
    row{"error", {10, 6, 0, true, true, true, false, false}},
    row{"errorcategory", {0, 8, 0, false, false, false, false, false}},
    row{"errorcauses", {0, 0, 0, false, true, false, false, false}},
    row{"errorchain", {0, 0, 0, false, true, false, false, false}},
    row{"errorcode", {0, 1, 0, true, false, false, false, false}},
    row{"errordesc", {6, 0, 0, false, false, false, false, false}},
    row{"errordescription", {3, 0, 0, false, false, false, false, false}},
    row{"errordetail", {9, 0, 0, false, true, false, false, false}},
    row{"errordetails", {9, 0, 0, false, true, true, false, false}},
    row{"errorinfo", {0, 0, 0, false, true, false, false, false}},
    row{"errorkey", {0, 1, 0, true, false, false, false, false}},
    row{"errorlist", {0, 0, 0, false, true, false, false, false}},
    row{"errormessage", {6, 0, 0, false, true, false, false, false}},
    row{"errormessages", {0, 0, 0, false, true, false, false, false}},
    row{"errormsg", {6, 0, 0, false, false, false, false, false}},
    row{"errorpath", {0, 0, 2, false, false, false, false, false}},
    row{"errorreason", {6, 4, 0, false, false, false, false, false}},
    row{"errorresponse", {0, 0, 0, false, true, false, false, false}},
    row{"errors", {10, 0, 0, false, true, true, true, false}},
    row{"errorslug", {0, 2, 0, true, false, false, false, false}},
    row{"errorsubcode", {0, 4, 0, true, false, false, false, false}},
    row{"errorsummary", {6, 0, 0, false, false, false, false, false}},
    row{"errortext", {6, 0, 0, false, false, false, false, false}},
    row{"errortitle", {11, 0, 0, false, false, false, false, false}},
    row{"errortype", {0, 5, 0, true, false, false, false, false}},
    row{"errorusermessage", {1, 0, 0, false, false, false, false, false}},
    row{"errorusermsg", {1, 0, 0, false, false, false, false, false}},
    row{"errs", {0, 0, 0, false, true, false, false, false}},
    row{"exception", {0, 0, 0, false, false, false, false, true}},
    row{"exceptionclass", {0, 0, 0, false, false, false, false, true}},
    row{"exceptioncode", {0, 4, 0, true, false, false, false, false}},
    row{"exceptionmessage", {0, 0, 0, false, false, false, false, true}},
    row{"exceptions", {0, 0, 0, false, false, false, false, true}},
    row{"exceptiontext", {6, 0, 0, false, false, false, false, false}},
    row{"exceptiontype", {0, 0, 0, false, false, false, false, true}},
    row{"explanation", {9, 0, 0, false, false, false, false, false}},
    row{"expression", {0, 0, 3, false, false, false, false, false}},
    row{"extensions", {0, 0, 0, false, true, false, false, false}},
    row{"failure", {0, 0, 0, false, true, false, false, false}},
    row{"failures", {0, 0, 0, false, true, true, false, false}},
    row{"fault", {10, 0, 0, false, true, false, false, false}},
    row{"faultcode", {0, 2, 0, true, false, false, false, false}},
    row{"faults", {0, 0, 0, false, true, false, false, false}},
    row{"faultstring", {6, 0, 0, false, false, false, false, false}},
    row{"fehler", {7, 0, 0, false, false, false, false, false}},
    row{"field", {0, 0, 1, false, false, false, false, false}},
    row{"fielderrors", {0, 0, 0, false, true, true, true, false}},
    row{"fieldname", {0, 0, 1, false, false, false, false, false}},
    row{"fieldpath", {0, 0, 1, false, false, false, false, false}},
    row{"fields", {0, 0, 3, false, false, true, false, false}},
    row{"fieldviolations", {0, 0, 0, false, true, false, false, false}},
    row{"file", {0, 0, 0, false, false, false, false, true}},
    row{"formerrors", {0, 0, 0, false, true, true, false, false}},
    row{"friendlymessage", {1, 0, 0, false, false, false, false, false}},
    row{"globalerrors", {0, 0, 0, false, true, false, false, false}},
    row{"id", {0, 11, 0, false, false, false, false, false}},
    row{"info", {13, 0, 0, false, false, false, false, false}},
    row{"innererror", {0, 0, 0, false, false, false, false, true}},
    row{"innerexception", {0, 0, 0, false, false, false, false, true}},
    row{"instancepath", {0, 0, 2, false, false, false, false, false}},
    row{"internalmessage", {0, 0, 0, false, false, false, false, true}},
    row{"invalidfields", {0, 0, 0, false, true, true, true, false}},
    row{"invalidparameters", {0, 0, 0, false, true, false, false, false}},
    row{"invalidparams", {0, 0, 0, false, true, false, false, false}},
    row{"issue", {0, 9, 0, false, true, false, false, false}},
    row{"issues", {0, 0, 0, false, true, false, false, false}},
    row{"jsonpath", {0, 0, 1, false, false, false, false, false}},
    row{"jsonpointer", {0, 0, 1, false, false, false, false, false}},
    row{"line", {0, 0, 0, false, false, false, false, true}},
    row{"loc", {0, 0, 1, false, false, false, false, false}},
    row{"localizedmessage", {1, 0, 0, false, false, false, false, false}},
    row{"location", {0, 0, 4, false, false, false, false, false}},
    row{"locator", {0, 0, 2, false, false, false, false, false}},
    row{"longmessage", {5, 0, 0, false, false, false, false, false}},
    row{"meldung", {7, 0, 0, false, false, false, false, false}},
    row{"mensagem", {7, 0, 0, false, false, false, false, false}},
    row{"mensaje", {7, 0, 0, false, false, false, false, false}},
    row{"message", {4, 0, 0, false, true, true, false, false}},
    row{"messagecode", {0, 4, 0, true, false, false, false, false}},
    row{"messages", {0, 0, 0, false, true, true, false, false}},
    row{"messagetranslations", {4, 0, 0, false, false, false, true, false}},
    row{"messaggio", {7, 0, 0, false, false, false, false, false}},
    row{"meta", {0, 0, 0, false, true, false, false, false}},
    row{"modelstate", {0, 0, 0, false, true, true, true, false}},
    row{"msg", {5, 0, 0, false, true, true, false, false}},
    row{"msgcode", {0, 4, 0, true, false, false, false, false}},
    row{"nachricht", {7, 0, 0, false, false, false, false, false}},
    row{"name", {0, 10, 6, false, false, false, false, false}},
    row{"notifications", {0, 0, 0, false, true, false, false, false}},
    row{"param", {0, 0, 1, false, false, false, false, false}},
    row{"parameter", {0, 0, 1, false, false, false, false, false}},
    row{"parametername", {0, 0, 1, false, false, false, false, false}},
    row{"parameterviolations", {0, 0, 0, false, true, false, false, false}},
    row{"paramname", {0, 0, 1, false, false, false, false, false}},
    row{"params", {0, 0, 0, false, true, true, false, false}},
    row{"parseerror", {6, 0, 0, false, false, false, false, false}},
    row{"parsererror", {6, 0, 0, false, false, false, false, false}},
    row{"path", {0, 0, 5, false, false, false, false, false}},
    row{"pointer", {0, 0, 1, false, false, false, false, false}},
    row{"previous", {0, 0, 0, false, false, false, false, true}},
    row{"problem", {0, 0, 0, false, true, false, false, false}},
    row{"problems", {0, 0, 0, false, true, false, false, false}},
    row{"property", {0, 0, 2, false, false, false, false, false}},
    row{"propertyname", {0, 0, 2, false, false, false, false, false}},
    row{"propertypath", {0, 0, 1, false, false, false, false, false}},
    row{"publicmessage", {1, 0, 0, false, false, false, false, false}},
    row{"reason", {8, 8, 0, false, true, false, false, false}},
    row{"reasoncode", {0, 3, 0, true, false, false, false, false}},
    row{"reasons", {0, 0, 0, false, true, false, false, false}},
    row{"response", {0, 0, 0, false, true, false, false, false}},
    row{"responsecode", {0, 4, 0, true, false, false, false, false}},
    row{"responsedescription", {8, 0, 0, false, false, false, false, false}},
    row{"responsemessage", {7, 0, 0, false, false, false, false, false}},
    row{"responsemetadata", {0, 0, 0, false, true, false, false, false}},
    row{"result", {0, 0, 0, false, true, false, false, false}},
    row{"resultcode", {0, 4, 0, true, false, false, false, false}},
    row{"resultmessage", {7, 0, 0, false, false, false, false, false}},
    row{"resultmsg", {7, 0, 0, false, false, false, false, false}},
    row{"results", {0, 0, 0, false, true, false, false, false}},
    row{"retcode", {0, 4, 0, true, false, false, false, false}},
    row{"retmsg", {7, 0, 0, false, false, false, false, false}},
    row{"returncode", {0, 4, 0, true, false, false, false, false}},
    row{"returnmessage", {7, 0, 0, false, false, false, false, false}},
    row{"returnmsg", {7, 0, 0, false, false, false, false, false}},
    row{"rootcause", {0, 0, 0, false, false, false, false, true}},
    row{"scimtype", {0, 1, 0, true, false, false, false, false}},
    row{"shortmessage", {8, 0, 0, false, false, false, false, false}},
    row{"sql", {0, 0, 0, false, false, false, false, true}},
    row{"stack", {0, 0, 0, false, false, false, false, true}},
    row{"stackentries", {0, 0, 0, false, false, false, false, true}},
    row{"stackframes", {0, 0, 0, false, false, false, false, true}},
    row{"stacklines", {0, 0, 0, false, false, false, false, true}},
    row{"stacktrace", {0, 0, 0, false, false, false, false, true}},
    row{"status", {0, 9, 0, false, true, false, false, false}},
    row{"statusmessage", {7, 0, 0, false, false, false, false, false}},
    row{"statustext", {13, 0, 0, false, false, false, false, false}},
    row{"subcode", {0, 4, 0, true, false, false, false, false}},
    row{"subproblems", {0, 0, 0, false, true, false, false, false}},
    row{"summary", {12, 0, 0, false, false, false, false, false}},
    row{"systemmessage", {0, 0, 0, false, false, false, false, true}},
    row{"target", {0, 0, 2, false, false, false, false, false}},
    row{"technicalmessage", {0, 0, 0, false, false, false, false, true}},
    row{"text", {12, 0, 0, false, false, false, false, false}},
    row{"title", {11, 0, 0, false, false, false, false, false}},
    row{"trace", {0, 0, 0, false, false, false, false, true}},
    row{"traceback", {0, 0, 0, false, false, false, false, true}},
    row{"type", {0, 7, 0, false, false, false, false, false}},
    row{"userfriendlymessage", {1, 0, 0, false, false, false, false, false}},
    row{"usermessage", {1, 0, 0, false, false, false, false, false}},
    row{"usermsg", {1, 0, 0, false, false, false, false, false}},
    row{"usertitle", {11, 0, 0, false, false, false, false, false}},
    row{"validation", {0, 0, 0, false, true, true, false, false}},
    row{"validationerrors", {0, 0, 0, false, true, true, true, false}},
    row{"validationmessages", {0, 0, 0, false, true, false, false, false}},
    row{"violations", {0, 0, 0, false, true, true, false, false}},
};
static_assert(std::is_sorted(rows.begin(), rows.end(),
                             [](const row& a, const row& b) { return a.key < b.key; }));

constexpr std::size_t longest_key = 24;

// Of the length and three letters: cheap, and the keys above differ in them. Not of an empty key.
constexpr std::size_t hash_of(std::string_view key) noexcept {
  const auto letter = [key](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(key[i]));
  };
  const std::uint32_t mixed = letter(0) + letter(key.size() / 2) * 31 +
                              letter(key.size() - 1) * 1021 +
                              static_cast<std::uint32_t>(key.size()) * 32749;
  return mixed * 2654435761U >> 16;
}

// For each hash the row, and behind it those that it drove away; 0 where none is.
constexpr std::size_t slots = 1024;
constexpr auto row_of_slot = [] {
  static_assert(rows.size() < slots / 2);
  std::array<std::uint16_t, slots> table{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t at = hash_of(rows[i].key) % slots;
    while (table[at] != 0) at = (at + 1) % slots;
    table[at] = static_cast<std::uint16_t>(i + 1);
  }
  return table;
}();

const row* find_row(std::string_view key) noexcept {
  for (std::size_t at = hash_of(key) % slots; row_of_slot[at] != 0; at = (at + 1) % slots) {
    const row& found = rows[row_of_slot[at] - 1U];
    if (found.key == key) return &found;
  }
  return nullptr;
}

// The letter or digit in lower case; 0 for what does not count in a key.
constexpr auto plain_letters = [] {
  std::array<char, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    table[static_cast<unsigned char>(c)] = c;
    table[static_cast<unsigned char>(c - ('a' - 'A'))] = c;
  }
  return table;
}();
constexpr char plain(char c) noexcept {
  return plain_letters[static_cast<unsigned char>(c)];
}

}  // namespace

key_roles roles_of(std::string_view key) noexcept {
  std::array<char, longest_key + 2> letters;
  std::size_t size = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    // A prefix is the namespace of whoever extended the format: "o:errorCode".
    if (key[i] == ':') {
      begin = i + 1;
      size = 0;
      continue;
    }
    const char letter = plain(key[i]);
    letters[size] = letter;
    size += letter != 0 && size <= longest_key ? 1U : 0U;
  }
  key.remove_prefix(begin);
  if (size > longest_key) return {};
  const std::string_view wanted(letters.data(), size);
  const row* found = wanted.empty() ? nullptr : find_row(wanted);
  if (found == nullptr) return {};
  key_roles roles = found->roles;
  // JSON-LD, protocol buffers and .NET name the type of an object so, not that of an error.
  if (key.front() == '@' || key.front() == '$') roles.code = 0;
  // A wire protocol's own member, unlike a plain `type`: its every word is a code.
  if (key.starts_with("__") && roles.code != 0) {
    roles.code = 1;
    roles.any_word_is_code = true;
  }
  return roles;
}

bool is_key(std::string_view key, std::string_view wanted) noexcept {
  if (key.size() < wanted.size()) return false;
  std::size_t matched = 0;
  for (const char c : key) {
    const char letter = plain(c);
    if (letter == 0) continue;
    if (matched == wanted.size() || wanted[matched] != letter) return false;
    ++matched;
  }
  return matched == wanted.size();
}

}  // namespace errata
