#include "scripts/load/client/options.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace errata::load {

const char* const usage =
    R"(usage: load_client closed|open|idle|corpus --port PORT [options]
  closed   each connection sends its next request when it has its answer
  open     requests start at a fixed rate; latency counts from when each should have started
  idle     opens connections, makes a request on each, says "ready", keeps them until its input ends
  corpus   asks for every case one after another, then for all of them at full speed: what comes must
           be the same
options: --connections N  --seconds S  --requests N  --rate R  --path P  --upload BYTES  --keys N
  --fields N  --fresh  --ids  --no-check  --statuses A,B  --size BYTES  --message TEXT
  --slow-bytes N  --slow-pause-ms N  --abort-every N  --cases FILE
The last line of the output is a JSON object. The exit code is 1 if an answer was wrong.
)";

namespace {

template <typename number>
number parse(std::string_view name, std::string_view text) {
  number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error(std::string(name) + ": not a number: " + std::string(text));
  }
  return value;
}

std::vector<unsigned> parse_list(std::string_view name, std::string_view text) {
  std::vector<unsigned> list;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    list.push_back(parse<unsigned>(name, text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

options::kind parse_kind(std::string_view text) {
  if (text == "closed") return options::kind::closed;
  if (text == "open") return options::kind::open;
  if (text == "idle") return options::kind::idle;
  if (text == "corpus") return options::kind::corpus;
  throw std::runtime_error("unknown mode: " + std::string(text));
}

bool set_flag(options& out, std::string_view name) {
  if (name == "--fresh") return out.fresh = true;
  if (name == "--ids") return out.ids = true;
  if (name == "--no-check") return !(out.check = false);
  return false;
}

bool set_number(options& out, std::string_view name, std::string_view text) {
  const auto count = [&] { return parse<std::size_t>(name, text); };
  if (name == "--port") return (out.port = parse<std::uint16_t>(name, text)), true;
  if (name == "--connections") return (out.connections = count()), true;
  if (name == "--seconds") return (out.seconds = parse<double>(name, text)), true;
  if (name == "--requests") return (out.requests = count()), true;
  if (name == "--rate") return (out.rate = parse<double>(name, text)), true;
  if (name == "--upload") return (out.upload = count()), true;
  if (name == "--keys") return (out.keys = count()), true;
  if (name == "--fields") return (out.fields = count()), true;
  if (name == "--size") return (out.size = count()), true;
  if (name == "--slow-bytes") return (out.slow_bytes = count()), true;
  if (name == "--slow-pause-ms") return (out.slow_pause_ms = parse<unsigned>(name, text)), true;
  if (name == "--abort-every") return (out.abort_every = count()), true;
  return false;
}

void set(options& out, std::string_view name, std::string_view text) {
  if (set_number(out, name, text)) return;
  if (name == "--path") {
    out.path = text;
  } else if (name == "--statuses") {
    out.statuses = parse_list(name, text);
  } else if (name == "--message") {
    out.message = text;
  } else if (name == "--cases") {
    out.cases = text;
  } else {
    throw std::runtime_error("unknown option: " + std::string(name));
  }
}

}  // namespace

options read_options(int argc, char** argv) {
  if (argc < 2) throw std::runtime_error("no mode");
  options out;
  out.mode = parse_kind(argv[1]);
  for (int i = 2; i < argc; ++i) {
    if (set_flag(out, argv[i])) continue;
    if (i + 1 == argc) throw std::runtime_error(std::string(argv[i]) + " wants a value");
    set(out, argv[i], argv[i + 1]);
    ++i;
  }
  if (out.port == 0) throw std::runtime_error("no --port");
  if (out.connections == 0) throw std::runtime_error("no connections");
  if (out.mode == options::kind::open && (out.rate <= 0 || out.seconds <= 0)) {
    throw std::runtime_error("open wants --rate and --seconds");
  }
  if (out.mode == options::kind::corpus && out.cases.empty()) {
    throw std::runtime_error("corpus wants --cases");
  }
  if (out.mode != options::kind::idle && out.seconds <= 0 && out.requests == 0) {
    throw std::runtime_error("no end: --seconds or --requests");
  }
  return out;
}

}  // namespace errata::load
