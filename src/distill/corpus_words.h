#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "distill/new_entries.h"
#include "m2v/types.h"

namespace m2v::distillation {

/// Returns the most frequent words of a corpus that the tokenizer treats as one word and that are
/// neither known nor unwanted, most frequent first (ties in byte order). Returns at most `count`
/// words, each with at least two occurrences in the corpus. A word is a run of letters, digits and
/// marks of at most 100 bytes. Spellings that the tokenizer maps to the same word count together;
/// the first in byte order represents them.
std::vector<std::string> corpus_words(Texts corpus, std::size_t count,
                                      const PreTokenization& cutter, const IsToken& is_known,
                                      const IsToken& is_unwanted);

}  // namespace m2v::distillation
