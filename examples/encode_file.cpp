// Turns a file of texts, one per line and however many, into a file of vectors.
#include <iostream>

#include "m2v/static_model.h"
#include "m2v/text_file.h"
#include "m2v/vector_file.h"

int main(int argc, char** argv) {
  if (argc != 4) return std::cerr << "usage: " << argv[0] << " MODEL TEXTS VECTORS.npy\n", 2;

  const auto model = m2v::StaticModel::load(argv[1]);
  auto texts = m2v::TextStream::open(argv[2]);
  auto vectors = m2v::VectorWriter::open(argv[3], model.dim());
  for (m2v::Texts some = texts.next(); !some.empty(); some = texts.next()) {
    vectors.write(model.encode(some));
  }
  vectors.finish();  // the file appears only now, when it is complete
}
