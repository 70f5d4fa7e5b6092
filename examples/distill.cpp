// Distills a Sentence Transformer, given by its folder, into a static model.
#include "m2v/distill.h"

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: %s TEACHER OUTPUT\n", argv[0]), 2;

  m2v::DistillOptions options;
  options.pca = m2v::PcaDims{256};
  const auto progress = [](const m2v::Event& event) {
    if (event.kind == m2v::Event::Kind::kWarning) std::puts(event.message.c_str());
    return true;  // false would cancel
  };
  const m2v::StaticModel model = m2v::distill(argv[1], options, progress);
  model.save(argv[2]);
  std::printf("%zu tokens, %zu dimensions\n", model.tokenizer().vocabulary_size(), model.dim());
}
