// What is not about one listener, upstream or route: identity towards others, and the process.
#include <algorithm>
#include <array>

#include "policies/message.hpp"
#include "proxy/config/config_file.hpp"
#include "proxy/config/sections.hpp"
#include "proxy/config/units.hpp"

namespace errata {
namespace {

using namespace std::chrono_literals;

constexpr entry_rule proxy_list{0, 1024, "[\"10.0.0.0/8\"]"};

constexpr std::array trusts = {choice_name<id_trust>{"trusted_proxies", id_trust::trusted_proxies},
                               choice_name<id_trust>{"always", id_trust::always},
                               choice_name<id_trust>{"never", id_trust::never}};

// A field name that nothing else uses: errata removes or rewrites the others.
bool is_id_header(std::string_view text) {
  constexpr std::size_t longest = 64;
  const field_id id = identify_field(text);
  return is_token(text) && text.size() <= longest &&
         (id == field_id::other || id == field_id::x_request_id) && !iequals(text, "RateLimit") &&
         !iequals(text, "RateLimit-Policy");
}

bool is_pseudonym(std::string_view text) {
  constexpr std::size_t longest = 64;
  return is_token(text) && text.size() <= longest;
}

void read_access_log(object_reader& in, const std::string& file, access_log_config& out) {
  if (const auto value = in.value("path", "string", "\"-\"")) {
    const auto path = value->text("a path, \"-\" for standard output, or \"off\"");
    if (path && path->empty()) {
      value->wants("a path, \"-\" for standard output, or \"off\"", *path);
    } else if (path == "-") {
      out.to = access_log_config::sink::standard_output;
    } else if (path == "off") {
      out.to = access_log_config::sink::off;
    } else if (path) {
      out.to = access_log_config::sink::file;
      out.path = path_beside(file, *path);
    }
  }
  enum class log_format : std::uint8_t { json };
  constexpr std::array formats = {choice_name<log_format>{"json", log_format::json}};
  log_format format = log_format::json;
  in.choice("format", format, formats);
}

void read_timeouts(object_reader& in, timeouts_config& out) {
  in.duration("header", out.header, 1ms, 1h);
  in.duration("body", out.body, 1ms, 24h);
  in.duration("keep_alive", out.keep_alive, 1ms, 24h);
  in.duration("request", out.request, 1ms, 24h);
  in.duration("drain", out.drain, 0ms, 24h);
  in.duration("drain_idle", out.drain_idle, 0ms, 1h);
}

void read_size_limits(object_reader& in, limits_config& out) {
  in.size("header_bytes", out.header_bytes, 1024, 60 * 1024);
  in.integer("header_count", out.header_count, 1, 1000);
  in.size("target_bytes", out.target_bytes, 64, 60 * 1024);
  in.integer("connections", out.connections, 1, 1'000'000);
  in.integer("connections_per_ip", out.connections_per_ip, 0, 1'000'000);
  in.size("memory", out.memory_bytes, 0, std::uint64_t{1} << 50U);
  in.size("body_rate", out.body_rate, 0, std::uint64_t{1} << 30U);
  if (out.target_bytes > out.header_bytes) {
    in.problem_at_key(in.has("target_bytes") ? "target_bytes" : "header_bytes",
                      "\"target_bytes\" (" + format_size(out.target_bytes) +
                          ") must not be larger than \"header_bytes\" (" +
                          format_size(out.header_bytes) + "), which holds it");
  }
}

}  // namespace

void read_identity(object_reader& root, configuration& out) {
  root.object("request_id", [&](object_reader& in) {
    in.text("header", out.request_id_header,
            "the name of a header field that has no other use, such as \"X-Request-Id\"",
            is_id_header);
    in.choice("trust", out.request_id_trust, trusts);
  });
  root.list("trusted_proxies", proxy_list, [&](const located_value& value) {
    const auto network = value.parsed(
        "a network whose host bits are zero, such as \"10.0.0.0/8\" or \"fd00::/8\", or an address",
        [](std::string_view text) { return ip_network::parse(text); });
    if (network) out.trusted_proxies.push_back(*network);
  });
  root.object("via", [&](object_reader& in) {
    in.text("pseudonym", out.via_pseudonym,
            "a word of letters, digits and the signs of a token, such as \"errata\"", is_pseudonym);
  });
}

void read_cors(object_reader& root, configuration& out) {
  constexpr entry_rule origins{1, 64, "[\"https://app.example.com\"]"};
  constexpr entry_rule exposed{0, 64, "[\"X-Total-Count\"]"};
  root.object("cors", [&](object_reader& in) {
    in.require("origins", origins.example);
    in.list("origins", origins, [&](const located_value& value) {
      constexpr std::string_view what =
          "an origin such as \"https://app.example.com\": scheme, host and port in lower case, no "
          "path; or \"*\" alone";
      const auto origin = value.text(what);
      if (!origin) return;
      if (!is_cors_origin(*origin)) return value.wants(what, *origin);
      out.cors.origins.push_back(*origin);
    });
    const bool any =
        std::find(out.cors.origins.begin(), out.cors.origins.end(), "*") != out.cors.origins.end();
    if (any && out.cors.origins.size() > 1) {
      in.problem_at_key("origins", "\"*\" stands for all origins: leave it alone, or out");
    }
    in.boolean("credentials", out.cors.credentials);
    if (any && out.cors.credentials) {
      in.problem_at_key("credentials", "browsers refuse \"*\" with credentials: list the origins");
    }
    in.list("expose", exposed, [&](const located_value& value) {
      constexpr std::string_view what = "the name of a header field, such as \"X-Total-Count\"";
      const auto name = value.text(what);
      if (name && !is_token(*name)) return value.wants(what, *name);
      if (name) out.cors.expose.push_back(*name);
    });
  });
}

void read_process(object_reader& root, configuration& out) {
  root.integer("threads", out.threads, 0, 256);
  root.object("limits", [&](object_reader& in) { read_size_limits(in, out.limits); });
  root.object("timeouts", [&](object_reader& in) { read_timeouts(in, out.timeouts); });
  root.object("access_log",
              [&](object_reader& in) { read_access_log(in, in.context().file, out.access_log); });
}

}  // namespace errata
