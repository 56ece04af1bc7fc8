#include "tests/load/tagged_origin.hpp"

#include "tests/load/exchanges.hpp"

namespace errata::load {

tagged_origin::tagged_origin()
    : loop_([this](connection& from, std::string_view bytes) { serve(from, bytes); }) {}

void tagged_origin::serve(connection& from, std::string_view bytes) {
  from.requests.feed(bytes);
  http_message request;
  while (!from.closing) {
    const http_reader::progress progress = from.requests.next(request);
    if (progress == http_reader::progress::need_more) break;
    if (progress == http_reader::progress::broken) {
      ++wrong_requests_;
      return from.peer.close();
    }
    answer(from, request);
  }
  if (from.closing && !from.peer.has_unsent()) from.peer.close();
}

void tagged_origin::answer(connection& to, const http_message& request) {
  ++requests_;
  const std::string_view line = request.start_line;
  const std::string_view method = line.substr(0, line.find(' '));
  std::string_view path = line.substr(std::min(line.size(), method.size() + 2));
  path = path.substr(0, path.find(' '));
  const exchange_kind* kind = find_kind(path.substr(0, path.find('/')));
  const std::string tag(path.substr(std::min(path.size(), path.find('/') + 1)));
  if (kind == nullptr || kind->method != method || request.count("x-request-id") != 1 ||
      request.value("x-request-id") != request_id_of(tag) ||
      (method == "POST" && !request.body.starts_with(tag + " "))) {
    ++wrong_requests_;
    to.closing = true;
    return;
  }
  to.closing = kind->origin_closes;
  to.peer.write(kind->answer(tag, request));
}

}  // namespace errata::load
