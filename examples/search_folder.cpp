// Finds the passages of a folder that answer a question, by meaning and by words.
#include <iostream>
#include <string_view>
#include <vector>

#include "m2v/corpus.h"
#include "m2v/passage_search.h"
#include "m2v/static_model.h"

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: " << argv[0] << " MODEL FOLDER QUESTION\n", 2;

  const auto model = m2v::StaticModel::load(argv[1]);
  const auto corpus = m2v::Corpus::read(argv[2], model.tokenizer());
  const m2v::PassageSearch search(model, corpus.texts());
  const std::vector<std::string_view> questions = {argv[3]};

  for (const m2v::PassageAnswer& answer : search.search(questions, {.k = 3})) {
    for (const m2v::PassageHit& hit : answer.hits) {
      const m2v::Passage& passage = corpus.passages()[hit.passage];
      std::cout << hit.score << "  " << passage.file << ":" << passage.line << "  " << passage.text
                << "\n";
    }
  }
}
