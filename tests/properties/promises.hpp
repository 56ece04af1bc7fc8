// What must hold of every normalized response, whatever came in: for the property tests, whose
// input is mutated recordings, and for the fuzzers, whose input is anything.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "policies/normalize/normalizer.hpp"

namespace errata::promises {

// Something that no client may see, in a form that means nothing else. Put a blank on either side.
struct secret {
  std::string_view kind;
  std::string_view planted;  // as it stands in a body; plain ASCII without quotes
  std::string_view mark;     // the part that must not get out, in whatever case
};

inline constexpr std::array<secret, 12> secrets = {{
    {"access key", "AKIAQ7Z3V5N2K8W4J6TX", "AKIAQ7Z3V5N2K8W4J6TX"},
    {"api key", "sk_live_4eC39HqLyjWDzonk", "4eC39HqLyjWDzonk"},
    {"repository token", "ghp_zonk16C7e42F292c6912E7710c838347Ae178B4a", "zonk16C7e42F292c"},
    {"signed token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b25rIn0.dozjgNryP4J3jVmN",
     "eyJzdWIiOiJ6b25rIn0"},
    {"password", "password=Xq9zT4kLw2", "Xq9zT4kLw2"},
    {"path", "/srv/zonkapp/current/orders.py", "zonkapp"},
    {"windows path", "C:\\\\inetpub\\\\zonksite\\\\web.config", "zonksite"},
    {"e-mail address", "zonk.quux@corp.example.com", "zonk.quux"},
    {"private address", "10.23.45.67", "10.23.45.67"},
    {"private host", "zonkdb-7.prod.internal", "zonkdb"},
    {"class name", "com.zonk.billing.LedgerException", "com.zonk"},
    {"sql", "SELECT zonk_total FROM ledger_rows WHERE id=7", "ledger_rows"},
}};

// Whether `text` has the secret's mark; case does not count.
bool shows(std::string_view text, const secret& one);

struct answered {
  normalized answer;
  std::string field_lines;  // of a rewritten one
  std::string broken;       // the first promise that does not hold; empty: all do
};

// Has the body normalized and looks at what comes: the envelope is canonical for its status, valid
// UTF-8 and within its bounds, its message has no control character and no markup; the field lines
// are fields and describe the envelope; the envelope is left alone when it comes by again; who asks
// for an explanation gets the same.
answered answer(const normalizer& rules, const request_facts& request, const response_head& head,
                std::string_view body, body_state state);

// What is wrong with a text that stands in an envelope for people to read; empty when nothing is.
std::string fault_of_message(std::string_view message);

}  // namespace errata::promises
