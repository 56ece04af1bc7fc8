# Turns conf/catalog.json into a C++ source, so that a binary and a ten-line file suffice.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "// Made from conf/catalog.json by scripts/embed_catalog.cmake.
#include <string_view>

namespace errata {
std::string_view built_in_catalog_text() {
  return R\"~~~~(${text})~~~~\";
}
}  // namespace errata
")
