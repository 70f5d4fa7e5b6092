#pragma once

#include <array>
#include <string_view>

#include "tokenizer/vocabulary_files/tokenizer_settings.h"

namespace m2v::tokenizer {

/// The special tokens that a kind of tokenizer has by default, unless its files state otherwise.
struct Family {
  static constexpr std::size_t kRoles = 7;
  static constexpr std::array<std::string_view, kRoles> kRoleNames = {
      "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

  std::string_view kind;                        ///< A name as in Settings::kinds().
  std::array<std::string_view, kRoles> tokens;  ///< In the order of kRoleNames; empty if none.
  bool mask_lstrip;                             ///< Whether the mask token has `lstrip`.
  /// Roles of the tokens before and after a text; empty if none.
  std::string_view first_role, last_role;
};

/// Returns the family of the first of the settings' kinds that has one in `families`, or null. The
/// result points into `families`.
template <typename Families>
const Family* find_family(const Families& families, const Settings& settings) {
  for (const std::string& kind : settings.kinds()) {
    for (const Family& family : families) {
      if (family.kind == kind) return &family;
    }
  }
  return nullptr;
}

}  // namespace m2v::tokenizer
