// Trains a classifier on labelled texts, saves it, and explains why a text gets its label.
#include <iostream>
#include <string_view>

#include "m2v/explain.h"
#include "m2v/fit.h"
#include "m2v/text_table.h"

int main(int argc, char** argv) {
  if (argc != 5) return std::cerr << "usage: " << argv[0] << " MODEL TRAIN.tsv FOLDER TEXT\n", 2;

  const auto data = m2v::TextTable::read_labels(argv[2]);
  const auto model = m2v::StaticModel::load(argv[1]);
  const auto classifier = m2v::fit(model, data.texts(), data.labels());
  classifier.save(argv[3]);

  const std::string_view text = argv[4];
  const std::uint32_t label = classifier.predict(m2v::Texts(&text, 1))[0].front();
  std::cout << classifier.classes().names[label] << "\n";

  const auto why = m2v::explain(classifier, text);  // each token's contribution to the score
  for (std::size_t t = 0; t < why.tokens.size(); ++t) {
    std::cout << *classifier.model().tokenizer().token(why.tokens[t].id) << "  "
              << why.contributions.row(t)[label] << "\n";
  }
}
