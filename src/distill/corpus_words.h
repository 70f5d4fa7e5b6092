#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "distill/new_entries.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// The most frequent words of a corpus that the tokenizer takes for one word and that are neither
/// known nor unwanted, most frequent first (equally frequent ones by their bytes): at most `count`,
/// each at least twice in the corpus. A word is a run of letters, digits and marks.
std::vector<std::string> corpus_words(Texts corpus, std::size_t count, const WordCutter& cutter,
                                      const IsToken& is_known, const IsToken& is_unwanted);

}  // namespace m2v::distillation
