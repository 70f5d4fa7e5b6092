// Embeds a few texts and finds the one nearest in meaning to a question.
#include <iostream>
#include <string_view>
#include <vector>

#include "m2v/index.h"
#include "m2v/static_model.h"

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: " << argv[0] << " MODEL QUESTION\n", 2;

  const auto model = m2v::StaticModel::load(argv[1]);
  const std::vector<std::string_view> texts = {"Bread rises because yeast makes gas.",
                                               "The moon pulls the sea: that makes the tides.",
                                               "A bank lends what others have saved."};
  m2v::Index index(model.dim());
  index.add(std::vector<std::uint64_t>{0, 1, 2}, model.encode(texts));

  for (const m2v::Hit& hit : index.search(model.encode(argv[2]), 3)) {
    std::cout << hit.score << "  " << texts[hit.id] << "\n";
  }
}
