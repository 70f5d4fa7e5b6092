// A program of somebody else's: public headers, m2v::m2v, nothing more.
#include <m2v/error.h>
#include <m2v/index.h>
#include <m2v/static_model.h>
#include <m2v/tokenizer.h>
#include <m2v/version.h>

#include <cstdio>
#include <vector>

int main() {
  m2v::Index index(2);
  const m2v::Matrix vectors{{1, 0, 0, 1}, 2, 2};
  index.add(std::vector<std::uint64_t>{10, 20}, vectors);
  const auto hits = index.search(std::vector<float>{0.1f, 0.9f}, 1);
  if (hits.size() != 1 || hits[0].id != 20) return 1;
  try {
    m2v::StaticModel::load("no such folder");
    return 2;
  } catch (const m2v::Error& error) {
    std::printf("m2v %s: %s\n", m2v::version().data(), error.what());
  }
  const m2v::Tokenizer tokenizer = m2v::Tokenizer::from_json(
      R"({"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "hello": 1}}})");
  std::vector<std::uint32_t> ids;
  tokenizer.encode("hello", ids);
  return ids == std::vector<std::uint32_t>{1} ? 0 : 3;
}
