#include "tests/load/chaos_origin.hpp"

#include <algorithm>

#include "tests/load/exchanges.hpp"

namespace errata::load {
namespace {

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nX-Tag: ";
constexpr std::size_t slow_pieces = 8;
constexpr int turn_ms = 2;
// What follows a response that is whole. No client may ever see it.
constexpr std::string_view foreign =
    "HTTP/1.1 200 OK\r\nX-Tag: foreign\r\nContent-Length: 7\r\n\r\nforeign";

std::string with_length(const std::string& tag, std::string_view body, std::size_t said) {
  std::string out(ok);
  out.append(tag).append("\r\nContent-Length: ").append(std::to_string(said)).append("\r\n\r\n");
  return out.append(body);
}

std::string in_chunks(const std::string& tag, std::string_view body, std::uint64_t where) {
  const std::size_t first = where % body.size();
  std::string out(ok);
  out.append(tag).append("\r\nTransfer-Encoding: chunked\r\n\r\n");
  if (first > 0) out.append(chunk(body.substr(0, first)));
  return out.append(chunk(body.substr(first)));
}

std::string page(const std::string& tag, std::string_view status) {
  const std::string body = "<h1>Sorry</h1><p>No such thing: " + tag + "</p>";
  std::string out("HTTP/1.1 ");
  out.append(status).append("\r\nX-Tag: ").append(tag).append("\r\nContent-Type: text/html\r\n");
  out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return out.append(body);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out.append(text);
  return out;
}

}  // namespace

chaos_origin::chaos_origin(std::uint64_t seed, temper own)
    : seed_(seed),
      temper_(own),
      loop_([this](connection& from, std::string_view bytes) { serve(from, bytes); },
            [this](connection& one) { go_on(one); }, turn_ms) {}

std::string chaos_origin::story_of(std::uint64_t number, clock::time_point start) const {
  std::string out;
  const std::scoped_lock lock(telling_);
  for (const deed& one : deeds_) {
    if (one.number != number) continue;
    out.append("    origin at ").append(in_seconds(one.when - start)).append(": ");
    out.append(one.what).append("\n");
  }
  return out;
}

void chaos_origin::note(std::uint64_t number, std::string_view what) {
  const std::scoped_lock lock(telling_);
  deeds_.push_back({number, what, clock::now()});
}

void chaos_origin::serve(connection& from, std::string_view bytes) {
  if (from.then == finale::hold && !bytes.empty()) {
    ++wrong_requests_;
    note(from.number, "was sent more over a connection that it holds");
  }
  from.requests.feed(bytes);
  take_requests(from);
  if (from.peer.is_open()) finish(from);
}

void chaos_origin::take_requests(connection& from) {
  http_message request;
  while (from.peer.is_open() && from.then == finale::keep && from.slowly.empty()) {
    const http_reader::progress progress = from.requests.next(request);
    if (progress == http_reader::progress::broken) {
      ++wrong_requests_;
      return from.peer.close();
    }
    if (progress == http_reader::progress::need_more) {
      if (const http_message* head = from.requests.unfinished()) note_head(from, *head);
      return;
    }
    note_head(from, request);
    from.noted = 0;
    answer(from, request);
  }
}

// Once for each request, as soon as its head is there.
void chaos_origin::note_head(connection& from, const http_message& head) {
  std::uint64_t number = 0;
  if (!head.start_line.starts_with("POST ") || !chaos_number(head.start_line, number)) return;
  if (from.noted == number + 1) return;
  from.noted = number + 1;
  note(number, "the head of a POST came");
  if (!posts_.insert(number).second) ++repeated_posts_;
  const chaos_plan plan = plan_of(seed_, number);
  if (plan.origin == temper_ && plan.answer == mischief::early_refusal) {
    from.peer.write(page(std::to_string(number), "413 Content Too Large"));
    from.then = finale::close;
  }
}

void chaos_origin::answer(connection& to, const http_message& request) {
  ++requests_;
  if (to.then != finale::keep) return;  // refused already
  std::uint64_t number = 0;
  const bool known = chaos_number(request.start_line, number);
  const chaos_plan plan = plan_of(seed_, number);
  const std::string body = plan.is_post ? chaos_body(number, plan.body_bytes) : "";
  if (!known || plan.origin != temper_ || request.count("x-request-id") != 1 ||
      request.value("x-request-id") != chaos_request_id(number) || request.body != body ||
      request.start_line.starts_with("POST ") != plan.is_post) {
    ++wrong_requests_;
    note(number, "got a damaged request");
    to.then = finale::close;
    return;
  }
  if (plan.ends_kept && to.served > 0 && ended_.insert(number).second) {
    ++ended_kept_;
    note(number, "ends the kept connection");
    to.then = plan.where % 2 == 0 ? finale::close : finale::reset;
    return;
  }
  ++to.served;
  to.number = number;
  note(number, mischief_name(plan.answer));
  say(to, plan, number);
  if (to.then == finale::keep && plan.idle_ms != 0) {
    to.ends_at = clock::now() + std::chrono::milliseconds(plan.idle_ms);
  } else {
    to.ends_at = clock::time_point::max();
  }
}

void chaos_origin::say(connection& to, const chaos_plan& plan, std::uint64_t number) {
  const std::string tag = std::to_string(number);
  const std::string body = chaos_body(number, plan.body_bytes);
  const std::string whole = with_length(tag, body, body.size());
  const std::size_t head = whole.size() - body.size();
  const std::string_view in_head = std::string_view(whole).substr(0, plan.where % head);
  const std::string_view in_body =
      std::string_view(whole).substr(0, head + plan.where % body.size());
  const auto send = [&](std::string_view bytes, finale then = finale::keep) {
    to.peer.write(bytes);
    to.then = then;
  };
  switch (plan.answer) {
    case mischief::by_length:
      return send(whole);
    case mischief::chunked:
      return send(in_chunks(tag, body, plan.where) + "0\r\n\r\n");
    case mischief::error_page:
      return send(page(tag, "404 Not Found"));
    case mischief::until_close:
      return send(std::string(ok) + tag + "\r\n\r\n" + body, finale::close);
    case mischief::interim:
      return send(repeated("HTTP/1.1 103 Early Hints\r\n\r\n", 3) + whole);
    case mischief::slow:
      to.slowly = whole;
      return;
    case mischief::shorter_length:
      return send(with_length(tag, body, body.size() - 5));
    case mischief::bytes_behind:
      return send(whole + std::string(foreign));
    case mischief::closes_unanswered:
      return send({}, finale::close);
    case mischief::resets_unanswered:
      return send({}, finale::reset);
    case mischief::closes_in_head:
      return send(in_head, finale::close);
    case mischief::resets_in_head:
      return send(in_head, finale::reset);
    case mischief::bad_status_line:
      return send("HTTP/1.1 2x0 OK" + whole.substr(15));
    case mischief::bad_length:
      return send(std::string(ok) + tag + "\r\nContent-Length: 1x\r\n\r\n" + body);
    case mischief::flood:
      return send(repeated("HTTP/1.1 102 Processing\r\n\r\n", 40) + whole);
    case mischief::stalls:
      return send({}, finale::hold);
    case mischief::early_refusal:
      return send(page(tag, "413 Content Too Large"), finale::close);
    case mischief::closes_in_body:
      return send(in_body, finale::close);
    case mischief::resets_in_body:
      return send(in_body, finale::reset);
    case mischief::longer_length:
      return send(with_length(tag, body, body.size() + 5), finale::close);
    case mischief::cut_chunks:
      return send(in_chunks(tag, body, plan.where), finale::close);
    case mischief::bad_chunk_size:
      return send(in_chunks(tag, body, plan.where) + "zz\r\n" + body + "\r\n0\r\n\r\n");
    case mischief::stalls_in_body:
      return send(in_body, finale::hold);
  }
}

// What is to happen once all was said.
void chaos_origin::finish(connection& one) {
  if (one.peer.has_unsent() || !one.slowly.empty()) return;
  if (one.then == finale::close) one.peer.close();
  if (one.then == finale::reset) one.peer.abort();
}

// The slow say a little more; those that have been idle long enough end.
void chaos_origin::go_on(connection& one) {
  if (!one.slowly.empty()) {
    const std::size_t piece = std::max<std::size_t>(one.slowly.size() / slow_pieces, 20);
    one.peer.write(std::string_view(one.slowly).substr(0, piece));
    one.slowly.erase(0, piece);
    if (!one.slowly.empty()) return;
    note(one.number, "has said all of it");
    serve(one, {});
  } else if (clock::now() >= one.ends_at && !one.peer.has_unsent()) {
    one.peer.close();
  }
}

}  // namespace errata::load
