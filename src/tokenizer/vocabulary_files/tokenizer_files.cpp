#include "tokenizer/vocabulary_files/tokenizer_files.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include "m2v/error.h"
#include "tokenizer/vocabulary_files/assembly.h"
#include "tokenizer/vocabulary_files/sentencepiece_files.h"
#include "tokenizer/vocabulary_files/vocabulary_files.h"

namespace m2v::tokenizer {
namespace {

namespace fs = std::filesystem;

/// The usual file names of SentencePiece models, each with the default kind of tokenizer; empty if
/// there is no default.
constexpr std::pair<const char*, std::string_view> kModels[] = {
    {"sentencepiece.bpe.model", "xlmroberta"},
    {"spiece.model", ""},
    {"spm.model", ""},
    {"tokenizer.model", "llama"},
};

}  // namespace

TokenizerJson read_tokenizer(const fs::path& folder) {
  const fs::path file = folder / "tokenizer.json";
  if (!fs::exists(file)) return tokenizer_from_files(folder);
  return {base::read_json(file.string()), file.string()};
}

TokenizerJson tokenizer_from_files(const fs::path& folder) {
  const Settings settings = Settings::read(folder);
  const auto assembled = [&](const fs::path& file, Assembly parts) {
    return TokenizerJson{assemble(std::move(parts), settings), file.string()};
  };
  if (const fs::path file = folder / "vocab.txt"; fs::exists(file)) {
    return assembled(file, read_vocab_txt(file, settings));
  }
  if (const fs::path file = folder / "vocab.json"; fs::exists(file)) {
    return assembled(file, read_vocab_json(file, folder / "merges.txt", settings));
  }
  std::string names = "tokenizer.json, vocab.txt, vocab.json";
  for (const auto& [name, kind] : kModels) {
    if (const fs::path file = folder / name; fs::exists(file)) {
      return assembled(file, read_sentencepiece(file, kind, settings));
    }
    names += std::string(", ") + name;
  }
  throw IoError("cannot find a tokenizer (" + names + ") in", folder, ENOENT);
}

}  // namespace m2v::tokenizer
