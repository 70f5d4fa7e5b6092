#pragma once

#include <array>
#include <string_view>

#include "tokenize/files/settings.h"

namespace m2v::tokenize {

/// Which special tokens a kind of tokenizer has where its files do not say otherwise.
struct Family {
  static constexpr std::size_t kRoles = 7;
  static constexpr std::array<std::string_view, kRoles> kRoleNames = {
      "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"};

  std::string_view kind;                        ///< As in Settings::kinds().
  std::array<std::string_view, kRoles> tokens;  ///< By role; empty: none.
  bool mask_lstrip;                             ///< The mask takes the blank in front along.
  std::string_view first_role, last_role;       ///< Of what stands around a text; empty: nothing.
};

/// The first of the settings' kinds that is among `families`; null if none is.
template <typename Families>
const Family* find_family(const Families& families, const Settings& settings) {
  for (const std::string& kind : settings.kinds()) {
    for (const Family& family : families) {
      if (family.kind == kind) return &family;
    }
  }
  return nullptr;
}

}  // namespace m2v::tokenize
