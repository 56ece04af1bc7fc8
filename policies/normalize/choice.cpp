#include "policies/normalize/choice.hpp"

#include <optional>

#include "policies/envelope.hpp"
#include "policies/normalize/document.hpp"
#include "policies/normalize/explanation.hpp"
#include "policies/normalize/param_in_message.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/plain_speech.hpp"
#include "policies/normalize/scrub.hpp"

namespace errata {
namespace {

// Why a message may not be shown; nothing if it may.
std::optional<fate> objection(const finding& found, const scrubbed& clean, unsigned status) {
  if (clean.hopeless || clean.text.empty()) return fate::nothing_left;
  if (status < 500) return {};
  // A 5xx tells about the service, not about the request, unless it is said to the client's face.
  if (clean.removed.internals() != 0) return fate::server_fault;
  if (found.for_client || is_for_clients(clean.text)) return {};
  return fate::server_fault;
}

// "must not be blank" is a sentence only beside the name of the field.
void name_the_param(choice& said) {
  if (said.message.empty() || said.param.empty()) return;
  if (said.message.front() < 'a' || said.message.front() > 'z') return;
  if (said.message.find(last_step(said.param)) != std::string::npos) return;
  if (said.param.size() + 2 + said.message.size() > max_message_bytes) return;
  said.message.insert(0, said.param + ": ");
}

// A client that mends one error of several would be back at once with the next.
void tell_of_others(choice& said, unsigned others) {
  if (said.message.empty() || others == 0) return;
  if (said.message.find(" more error") != std::string::npos) return;
  const std::string tail =
      " (and " + std::to_string(others) + (others == 1 ? " more error)" : " more errors)");
  if (said.message.size() + tail.size() > max_message_bytes) return;
  const bool stopped = said.message.ends_with('.') && !said.message.ends_with("..");
  if (stopped) said.message.pop_back();
  said.message += tail;
  if (stopped) said.message += '.';
}

void note_all(const finding& found, explanation& why) {
  const fate start = found.internal ? fate::dump : fate::not_needed;
  why.messages.clear();
  for (const statement& s : found.messages) why.messages.push_back({s.text, s.origin, start, {}});
  why.code = {found.code, found.code_origin, start, {}};
  why.param = {found.param, found.param_origin, start, {}};
}

unsigned choose_message(const finding& found, unsigned status, leak_set wanted, choice& result,
                        explanation* why) {
  const bool speaks = may_speak(status) || found.for_client;
  // Which comes second is not known where messages were left out.
  const std::size_t known = found.left_out ? 1 : found.messages.size();
  for (std::size_t i = 0; i < known; ++i) {
    const auto note = [&](fate f, const leak_counts& removed) {
      if (why == nullptr) return;
      why->messages[i].outcome = f;
      why->messages[i].removed = removed;
    };
    if (!speaks) {
      note(fate::server_fault, {});
      continue;
    }
    scrubbed clean = scrub_message(found.messages[i].text, wanted);
    result.removed.add(clean.removed);
    const auto against = objection(found, clean, status);
    note(against.value_or(fate::taken), clean.removed);
    if (against) continue;
    result.message = std::move(clean.text);
    return found.messages[i].others;
  }
  return 0;
}

void choose_code(finding& found, unsigned status, choice& result, explanation* why) {
  fate outcome = fate::unusable;
  if (is_code(found.code)) {
    const bool shown = status < 500 || found.for_client || is_harmless_code(found.code);
    outcome = shown ? fate::taken : fate::server_fault;
    if (shown) result.code = std::move(found.code);
  }
  if (why != nullptr) why->code.outcome = outcome;
}

void choose_param(const finding& found, unsigned status, choice& result, explanation* why) {
  fate outcome = fate::server_fault;
  if (status < 500 || found.for_client) {
    // A name is shown whole or not at all.
    std::string param = scrub_whole_param(found.param);
    outcome = param.empty() ? fate::unusable : fate::taken;
    result.param = std::move(param);
  }
  if (why != nullptr) why->param.outcome = outcome;
}

// Where no member names the parameter the sentence may.
void read_param(unsigned status, choice& result, explanation* why) {
  if (!result.param.empty() || (status != 400 && status != 422)) return;
  result.param = scrub_param(param_in_message(result.message));
  if (why != nullptr && !result.param.empty()) {
    why->param = {result.param, "the message", fate::taken, {}};
  }
}

}  // namespace

choice choose(finding&& found, unsigned status, leak_set wanted, explanation* why) {
  choice result;
  if (why != nullptr) note_all(found, *why);
  if (found.internal) {
    result.removed.add(leak_kind::stack_frame);
    return result;
  }
  const unsigned others = choose_message(found, status, wanted, result, why);
  choose_code(found, status, result, why);
  choose_param(found, status, result, why);
  name_the_param(result);
  read_param(status, result, why);
  tell_of_others(result, others);
  return result;
}

}  // namespace errata
