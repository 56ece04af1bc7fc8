// How the lists of legacy answers are written down; internal to proxy/demo/legacy_*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/demo/legacy_answers.hpp"

namespace errata::legacy_parts {

// `fields`: whole lines, each ended by "\r\n". Content-Length is added.
std::string response(std::string_view status, std::string_view fields, std::string_view body);

// The same with a Content-Type, the field that nearly every answer has.
std::string typed(std::string_view status, std::string_view content_type, std::string_view body,
                  std::string_view more_fields = {});

// `body` cut into chunks of at most `size` bytes, with the last chunk.
std::string chunked(std::string_view body, std::size_t size);

enum class coding { gzip, deflate };
std::string compressed(std::string_view text, coding how);

// One answer of one step that leaves the connection open.
legacy_answer answer(std::string path, std::string title, std::string bytes);

// Each appends its answers; legacy_answers() names their groups.
void add_html_pages(std::vector<legacy_answer>& to);
void add_json_dialects(std::vector<legacy_answer>& to);
void add_xml_documents(std::vector<legacy_answer>& to);
void add_texts_and_codings(std::vector<legacy_answer>& to);
void add_header_cases(std::vector<legacy_answer>& to);
void add_wire_faults(std::vector<legacy_answer>& to);
void add_successes(std::vector<legacy_answer>& to);

}  // namespace errata::legacy_parts
