// Reads errors out of JSON values by what their keys mean: one object, objects in objects, lists
// and field maps. For json_shapes, which is what others use.
#pragma once

#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "policies/normalize/finding.hpp"
#include "policies/normalize/json_document.hpp"
#include "policies/normalize/json_place.hpp"

namespace errata {

// One document a reader. Bounded: depth, members of an object, elements of a list, values in all.
class error_reader {
 public:
  error_reader(unsigned status, with_origins origins, reading how) noexcept
      : status_(status),
        origins_(origins == with_origins::yes),
        brief_(how == reading::brief && !origins_) {}

  finding read(const json_part& value, const json_place& at);

  // Whether a brief reading may have missed something after all: it passed by values, and what came
  // behind them may count only if there was nothing of its kind in them.
  bool must_read_whole() const noexcept {
    // The bound on values might have ended a whole reading earlier.
    return must_read_whole_ || (passed_by_ && values_ > max_values / 2);
  }

 private:
  static constexpr int max_read_depth = 8;
  static constexpr unsigned max_values = 1024;  // looked at in one document

  // The members of one object that play one part, best first; of equals the first.
  class best_members {
   public:
    void add(unsigned rank, const json_part& member);
    auto begin() const noexcept { return ranked_.begin(); }
    auto end() const noexcept { return ranked_.end(); }

   private:
    static constexpr std::size_t most = 16;
    boost::container::static_vector<std::pair<unsigned, const json_part*>, most + 1> ranked_;
  };

  bool exhausted() noexcept { return ++values_ > max_values; }

  void pass_by(finding& found) noexcept { found.left_out = passed_by_ = true; }

  std::string origin(const json_place& at) const { return origins_ ? at.to_text() : std::string(); }

  // Keeps `text` as a message unless it is only a status' name, or a code in a message's place:
  // that is kept as the code if none is known.
  void add_message(finding& found, std::string_view text, const json_place& at, bool code_too);

  // JSON in a string, as gateways write it that wrap what they were told: no message itself, but it
  // is read, once.
  void add_document(finding& found, std::string_view text, const json_place& at);

  std::string usable_code(std::string_view spelled) const;

  // A code where any word counts is taken as it is; elsewhere it must look like a code.
  std::string code_from(const json_part& member) const;

  // --- one error ---

  finding read_object(const json_part& object, const json_place& at, bool in_list);

  // The strings of the object itself, best first.
  void read_own_members(const json_part& object, finding& found, const json_place& at,
                        bool in_list);
  void read_code(const best_members& members, finding& found, const json_place& at) const;
  void read_messages(const best_members& members, finding& found, const json_place& at);
  void read_param(const best_members& members, const json_part& object, finding& found,
                  const json_place& at, bool in_list) const;

  // What is said beside "Validation failed" says more than that.
  static void prefer_specific(finding& found);

  // --- errors in errors ---

  // Here `said` is the error around it, if that says enough and the reading is brief: a list is
  // left where its message would come behind.
  finding read_holder(const json_part& member, const json_place& at, const finding* said);

  finding read_element(const json_part& value, const json_place& at);

  // Whether `other`, which comes after the error that counts, is a further one.
  static void count_other(finding& first, const finding& other);

  finding read_array(const json_part& array, const json_place& at, const finding* said = nullptr);

  finding read_elements(const json_part& array, const json_place& at, bool hints,
                        const finding* said);

  // A nested error that names a parameter says more than a sentence around it that does not; one
  // without is asked only when the outer one says nothing.
  static bool comes_first(const finding& inner, const finding& outer, bool outer_said_enough);
  static void merge(finding& outer, finding inner, bool outer_said_enough);

  // --- {"email": ["is not valid"]} ---

  // Into `found`, of which nothing is kept.
  void read_field_map(const json_part& object, const std::string& prefix, const json_place& at,
                      bool words, finding& found);

  // `words`: single words count as messages too.
  void read_field(const json_part& value, const std::string& path, const json_place& at, bool words,
                  finding& found);

  // One of several: the first that has a message is kept in `found`, the others are counted. `one`
  // is for reading them.
  void read_next_field(const json_part& value, const std::string& path, const json_place& at,
                       bool words, finding& found, finding& one);

  // --- objects none of whose keys is known ---

  // What failed, or what came of it: asked for a message only when nothing else has one.
  void read_payload(const json_part& object, const json_part& data, finding& found,
                    const json_place& at);

  void read_last_resorts(const json_part& object, finding& found, const json_place& at);

  unsigned status_;
  bool origins_;
  bool brief_;
  unsigned values_ = 0;
  bool unwrapped_ = false;
  bool passed_by_ = false;  // values that may hold a document in a string
  bool must_read_whole_ = false;
};

}  // namespace errata
