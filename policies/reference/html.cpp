#include "policies/reference/html.hpp"

#include <algorithm>

#include "policies/reference/html_parts.hpp"
#include "policies/reference/reference_text.hpp"

namespace errata {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string code_span(std::string_view text) {
  return "<code>" + escaped(text) + "</code>";
}

// What stands between grave accents is code.
std::string with_code(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) break;
    out += escaped(text.substr(0, open)) + code_span(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out + escaped(text);
}

// An envelope with its keys marked. Each is the first string of its line.
std::string json_example(std::string_view compact) {
  const std::string text = indented_envelope(compact);
  std::string out = "<div class=\"example\"><pre tabindex=\"0\"><code>";
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t key = line.find('"');
    const std::size_t colon = key == std::string_view::npos ? key : line.find("\": ", key);
    if (colon == std::string_view::npos) {
      out += escaped(line);
    } else {
      out += std::string(line.substr(0, key)) + "<span class=\"key\">" +
             escaped(line.substr(key, colon + 1 - key)) + "</span>" +
             escaped(line.substr(colon + 1));
    }
    if (!rest.empty()) out += '\n';
  }
  return out + "</code></pre></div>\n";
}

// An id with a hyphen, which no code has.
std::string id_of(const reference_type& type) {
  return "type-" + std::string(type.type);
}

std::string index(const reference_model& model) {
  std::string out =
      "<nav aria-label=\"Contents\">\n<p>Errors</p>\n<ul>\n"
      "<li><a href=\"#the-envelope\"><span>The envelope</span></a></li>\n"
      "<li><a href=\"#what-clients-should-do\"><span>What clients should do</span></a></li>\n"
      "<li><a href=\"#types-and-statuses\"><span>Types and statuses</span></a></li>\n</ul>\n";
  for (const reference_type& type : model.types) {
    if (type.codes.empty()) continue;
    out += "<div data-of=\"" + id_of(type) + "\">\n<p>" + escaped(type.type) + "</p>\n<ul>\n";
    for (const reference_code& code : type.codes) {
      out += "<li><a href=\"#" + code.row->code + "\"><span>" + code.row->code +
             "</span> <span class=\"number\">" + std::to_string(code.row->status) +
             "</span></a></li>\n";
    }
    out += "</ul>\n</div>\n";
  }
  return out + "</nav>\n";
}

std::string envelope_section(const reference_model& model) {
  std::string out =
      "<section aria-labelledby=\"the-envelope\">\n<h2 id=\"the-envelope\">The envelope</h2>\n" +
      json_example(example_envelope(model)) +
      "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Member</th>"
      "<th scope=\"col\">There</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n";
  for (const reference_member& m : envelope_members()) {
    out += "<tr><th scope=\"row\">" + code_span(m.name) + "</th><td>" + escaped(m.presence) +
           "</td><td>" + with_code(m.meaning) + "</td></tr>\n";
  }
  out +=
      "</tbody>\n</table></div>\n<p>The members come in this order, there are no others, and all "
      "are strings. The body is <code>application/json</code> in UTF-8.</p>\n</section>\n"
      "<section aria-labelledby=\"what-clients-should-do\">\n"
      "<h2 id=\"what-clients-should-do\">What clients should do</h2>\n<ul>\n";
  for (const std::string& rule : client_rules(model.options)) {
    out += "<li>" + with_code(rule) + "</li>\n";
  }
  return out + "</ul>\n</section>\n";
}

std::string types_section(const reference_model& model) {
  std::string out =
      "<section aria-labelledby=\"types-and-statuses\">\n"
      "<h2 id=\"types-and-statuses\">Types and statuses</h2>\n"
      "<p>The type follows from the status; the code says more.</p>\n"
      "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Type</th>"
      "<th scope=\"col\">Statuses</th></tr></thead>\n<tbody>\n";
  for (const reference_type& type : model.types) {
    const std::string name = code_span(type.type);
    out += "<tr><th scope=\"row\">" +
           (type.codes.empty() ? name : "<a href=\"#" + id_of(type) + "\">" + name + "</a>") +
           "</th><td>" + status_list(type.statuses, type.other_4xx, type.other_5xx) +
           "</td></tr>\n";
  }
  return out +
         "</tbody>\n</table></div>\n<p>In the tables below, <em>strict</em> is the status that "
         "routes with <code>&quot;status_policy&quot;: &quot;strict&quot;</code> send; other "
         "routes keep the service&#39;s. Repeating is safe if the request was never passed on, or "
         "its method is idempotent.</p>\n</section>\n";
}

std::string uses_table(const reference_code& code) {
  const bool one_type =
      std::all_of(code.uses.begin(), code.uses.end(),
                  [&](const reference_use& use) { return use.type == code.row->type; });
  std::string out =
      "<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Status</th>" +
      std::string(one_type ? "" : "<th scope=\"col\">Type</th>") +
      "<th scope=\"col\">May a client repeat?</th><th scope=\"col\">Strict</th></tr></thead>\n"
      "<tbody>\n";
  for (const reference_use& use : code.uses) {
    out += "<tr><th scope=\"row\">" + status_list(use) + "</th>" +
           (one_type ? "" : "<td>" + code_span(use.type) + "</td>") +
           (use.retry == retry_advice::no ? "<td>" : "<td class=\"yes\">") +
           with_code(retry_text(use)) + "</td><td>" + strict_text(use) + "</td></tr>\n";
  }
  return out + "</tbody>\n</table></div>\n";
}

std::string code_section(const reference_model& model, const reference_code& code) {
  const catalog_row& row = *code.row;
  const std::string url = model.doc_url(row.code);
  std::string out = "<section class=\"code\" id=\"" + row.code +
                    "\">\n<div class=\"title\"><h3><code>" + row.code +
                    "</code><a class=\"anchor\" href=\"" +
                    (url.empty() ? '#' + row.code : escaped(url)) + "\" aria-label=\"Link to " +
                    row.code + "\">#</a></h3> <span class=\"badge" +
                    (row.status < 500 ? "" : " broken") + "\">" + std::to_string(row.status) +
                    "</span></div>\n<p class=\"message\">" + escaped(row.message) + "</p>\n";
  if (!row.description.empty()) out += "<p>" + with_code(row.description) + "</p>\n";
  out += uses_table(code) + "<h4>Comes when</h4>\n<ul>\n";
  for (const std::string& origin : origin_texts(code))
    out += "<li>" + with_code(origin) + "</li>\n";
  return out + "</ul>\n" + json_example(example_envelope(model, code)) + "</section>\n";
}

std::string code_sections(const reference_model& model) {
  std::string out;
  for (const reference_type& type : model.types) {
    if (type.codes.empty()) continue;
    out += "<section class=\"type\" id=\"" + id_of(type) + "\">\n<h2>" + code_span(type.type) +
           "</h2>\n";
    for (const reference_code& code : type.codes) out += code_section(model, code);
    out += "</section>\n";
  }
  return out;
}

}  // namespace

std::string html_reference(const reference_model& model) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<title>Errors</title>\n<style>" +
         std::string(html_style) +
         "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#page-content\">Skip to the "
         "content</a>\n"
         "<div class=\"layout\">\n" +
         index(model) +
         "<main id=\"page-content\">\n<h1>Errors</h1>\n<p class=\"lead\">Every error of this API, "
         "whichever service it comes from, has the same form.</p>\n" +
         envelope_section(model) + types_section(model) + code_sections(model) +
         "<footer>Made by <code>errata catalog</code> from the error catalog.</footer>\n"
         "</main>\n</div>\n<script>" +
         std::string(html_script) + "</script>\n</body>\n</html>\n";
}

}  // namespace errata
