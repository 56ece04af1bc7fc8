// Gives each fuzz target the inputs of its committed corpus, in every build: what was found once
// shows again without libFuzzer. A property that does not hold ends its case by SIGABRT.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// Of each target its name. The build renames their LLVMFuzzerTestOneInput to NAME_fuzz.
#define FUZZ_TARGET(name) extern "C" int name##_fuzz(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

namespace fs = std::filesystem;

const fs::path corpus = fs::path(ERRATA_SOURCE_DIR) / "tests/fuzz/corpus";

void replay(const std::string& name, int (*target)(const std::uint8_t*, std::size_t)) {
  std::size_t count = 0;
  for (const auto& file : fs::directory_iterator(corpus / name)) {
    BOOST_TEST_CHECKPOINT(file.path().filename().string());
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++count;
  }
  BOOST_TEST(count > 0u);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fuzz_corpus)

#define FUZZ_TARGET(name)       \
  BOOST_AUTO_TEST_CASE(name) {  \
    replay(#name, name##_fuzz); \
  }
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

BOOST_AUTO_TEST_SUITE_END()
