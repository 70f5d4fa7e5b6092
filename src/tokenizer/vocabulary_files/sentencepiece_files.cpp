#include "tokenizer/vocabulary_files/sentencepiece_files.h"

#include <utility>

#include "base/mapped_file.h"
#include "m2v/error.h"
#include "tokenizer/vocabulary_files/sentencepiece_merges.h"
#include "tokenizer/vocabulary_files/sentencepiece_model.h"

namespace m2v::tokenizer {
namespace {

using ModelPiece = SentencePieceModel::Piece;

constexpr std::uint64_t kMaxExtraIds = 100'000;

// The tokens are in the order of Family::kRoleNames: bos, eos, unk, sep, pad, cls, mask.
constexpr std::array kFamilies = {
    Family{"xlmroberta",
           {"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"},
           true,
           "cls_token",
           "sep_token"},
    Family{"camembert",
           {"<s>", "</s>", "<unk>", "</s>", "<pad>", "<s>", "<mask>"},
           true,
           "cls_token",
           "sep_token"},
    Family{"t5", {"", "</s>", "<unk>", "", "<pad>", "", ""}, false, "", "eos_token"},
    Family{"albert",
           {"[CLS]", "[SEP]", "<unk>", "[SEP]", "<pad>", "[CLS]", "[MASK]"},
           true,
           "cls_token",
           "sep_token"},
    Family{"debertav2",
           {"[CLS]", "[SEP]", "[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"},
           false,
           "cls_token",
           "sep_token"},
    Family{"llama", {"<s>", "</s>", "<unk>", "", "", "", ""}, false, "bos_token", "eos_token"},
};

const Family& choose_family(const std::string& file, std::string_view kind,
                            const Settings& settings) {
  if (const Family* family = find_family(kFamilies, settings)) return *family;
  std::string known;
  for (const Family& family : kFamilies) {
    if (settings.kinds().empty() && family.kind == kind) return family;
    known += (known.empty() ? "" : ", ") + std::string(family.kind);
  }
  throw FormatError(file, "",
                    "tokenizer_class in tokenizer_config.json or model_type in config.json must "
                    "say what kind of tokenizer it is for; known are " +
                        known);
}

bool is_llama(const Family& family) { return family.kind == "llama"; }

/// Returns T5's sentinel tokens, which mark the parts of a text that are masked out.
std::vector<std::string> extra_ids(const Settings& settings) {
  std::vector<std::string> names;
  const std::uint64_t count = settings.natural("extra_ids", 100, kMaxExtraIds);
  names.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    names.push_back("<extra_id_" + std::to_string(i) + ">");
  }
  return names;
}

/// Returns the pieces in the order of their ids in the family, which may differ from the file.
std::vector<ModelPiece> pieces_of(const Family& family, const std::string& file,
                                  SentencePieceModel& model, const Settings& settings) {
  std::vector<ModelPiece> pieces;
  std::size_t skipped = 0;
  const auto take = [&](const std::string& text, double score) { pieces.push_back({text, score}); };
  if (family.kind == "xlmroberta") {
    for (const char* text : {"<s>", "<pad>", "</s>", "<unk>"}) take(text, 0);
    skipped = 3;
    model.unknown_id = 3;
  } else if (family.kind == "camembert") {
    for (const char* text : {"<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>"}) take(text, 0);
    take("<unk>NOTUSED", -100);
    skipped = 1;
    model.unknown_id = 3;
  }
  if (model.pieces.size() < skipped) throw FormatError(file, "", "the model has too few pieces");
  pieces.insert(pieces.end(), model.pieces.begin() + static_cast<std::ptrdiff_t>(skipped),
                model.pieces.end());
  if (family.kind == "xlmroberta" || family.kind == "camembert") take("<mask>", 0);
  if (family.kind == "t5") {
    std::vector<std::string> names = extra_ids(settings);
    for (auto name = names.rbegin(); name != names.rend(); ++name) take(*name, 0);
  }
  if (family.kind == "albert") {
    // Pieces that end in a digit and a comma get a lower score, so that they are used in numbers
    // only.
    for (ModelPiece& piece : pieces) {
      const std::string& text = piece.text;
      const bool number = text.size() >= 2 && text.back() == ',' && text[text.size() - 2] >= '0' &&
                          text[text.size() - 2] <= '9';
      if (number) piece.score -= 100;
    }
  }
  if (is_llama(family)) {
    for (std::size_t i = 0; i < pieces.size() && i < 3; ++i) pieces[i].score = 0;
  }
  return pieces;
}

base::Json make_model(const Family& family, const SentencePieceModel& model,
                      const std::vector<ModelPiece>& pieces, const Vocabulary& vocabulary) {
  if (model.type == SentencePieceModel::Type::kUnigram) {
    base::Json::Array entries;
    for (const ModelPiece& piece : pieces) {
      entries.emplace_back(base::Json::Array{piece.text, piece.score});
    }
    return base::Json::Object{{"type", "Unigram"},
                              {"unk_id", static_cast<std::int64_t>(model.unknown_id)},
                              {"vocab", std::move(entries)},
                              {"byte_fallback", is_llama(family)}};
  }
  base::Json::Object ids;
  for (const auto& [token, id] : vocabulary.entries()) {
    ids.emplace_back(token, static_cast<std::int64_t>(id));
  }
  return base::Json::Object{{"type", "BPE"},
                            {"dropout", nullptr},
                            {"unk_token", model.unknown_piece},
                            {"continuing_subword_prefix", nullptr},
                            {"end_of_word_suffix", nullptr},
                            {"fuse_unk", true},
                            {"byte_fallback", is_llama(family)},
                            {"ignore_merges", false},
                            {"vocab", std::move(ids)},
                            {"merges", merges_of(pieces, vocabulary)}};
}

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      group = group << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

base::Json replace(const char* kind, const char* pattern, const char* content) {
  return base::Json::Object{
      {"type", "Replace"}, {"pattern", base::Json::Object{{kind, pattern}}}, {"content", content}};
}

base::Json sequence(const char* member, base::Json::Array steps) {
  return base::Json::Object{{"type", "Sequence"}, {member, std::move(steps)}};
}

base::Json make_normalizer(const Family& family, const SentencePieceModel& model,
                           const Settings& settings) {
  base::Json::Array steps;
  const auto type = [](const char* name) { return base::Json::Object{{"type", name}}; };
  const auto add_charsmap = [&] {
    if (model.charsmap.empty()) return;
    steps.emplace_back(base::Json::Object{{"type", "Precompiled"},
                                          {"precompiled_charsmap", base64(model.charsmap)}});
  };
  if (is_llama(family)) {
    if (!settings.flag("legacy", true)) return {};
    if (settings.flag("add_prefix_space", true)) {
      steps.emplace_back(base::Json::Object{{"type", "Prepend"}, {"prepend", "▁"}});
    }
    steps.push_back(replace("String", " ", "▁"));
  } else if (family.kind == "albert") {
    steps.push_back(replace("String", "``", "\""));
    steps.push_back(replace("String", "''", "\""));
    if (!settings.flag("keep_accents", false)) {
      steps.emplace_back(type("NFKD"));
      steps.emplace_back(type("StripAccents"));
    }
    if (settings.flag("do_lower_case", true)) steps.emplace_back(type("Lowercase"));
    add_charsmap();
    steps.push_back(replace("Regex", " {2,}", " "));
  } else if (family.kind == "debertav2") {
    if (settings.flag("do_lower_case", false)) steps.emplace_back(type("Lowercase"));
    steps.emplace_back(
        base::Json::Object{{"type", "Strip"}, {"strip_left", true}, {"strip_right", true}});
    add_charsmap();
    steps.push_back(replace("Regex", " {2,}", " "));
  } else {
    add_charsmap();
    steps.emplace_back(
        base::Json::Object{{"type", "Strip"}, {"strip_left", false}, {"strip_right", true}});
    steps.push_back(replace("Regex", " {2,}", "▁"));
  }
  return sequence("normalizers", std::move(steps));
}

base::Json make_pre_tokenizer(const Family& family, const Settings& settings) {
  const bool legacy = settings.flag("legacy", true);
  if (is_llama(family) && legacy) return {};
  const bool prefix = settings.flag("add_prefix_space", true);
  base::Json metaspace = base::Json::Object{{"type", "Metaspace"},
                                            {"replacement", "▁"},
                                            {"prepend_scheme", !prefix  ? "never"
                                                               : legacy ? "always"
                                                                        : "first"},
                                            {"split", !is_llama(family)}};
  if (family.kind != "debertav2") return metaspace;
  base::Json::Array steps;
  if (settings.flag("split_by_punct", false)) {
    steps.emplace_back(base::Json::Object{{"type", "Punctuation"}, {"behavior", "Isolated"}});
  }
  steps.push_back(std::move(metaspace));
  return sequence("pretokenizers", std::move(steps));
}

}  // namespace

Assembly read_sentencepiece(const std::filesystem::path& path, std::string_view kind,
                            const Settings& settings) {
  const std::string file = path.string();
  const base::FlatArray<char> bytes = base::read_characters(path);
  SentencePieceModel model = SentencePieceModel::parse(bytes.view(), file);
  const Family& family = choose_family(file, kind, settings);
  const std::vector<ModelPiece> pieces = pieces_of(family, file, model, settings);

  Assembly parts;
  parts.family = &family;
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(pieces.size());
  for (const ModelPiece& piece : pieces) {
    entries.push_back({piece.text, static_cast<std::uint32_t>(entries.size())});
  }
  parts.vocabulary = Vocabulary(entries);
  const bool unigram = model.type == SentencePieceModel::Type::kUnigram;
  parts.first_free_id =
      static_cast<std::uint32_t>(unigram ? pieces.size() : parts.vocabulary.size());
  parts.model = make_model(family, model, pieces, parts.vocabulary);
  parts.normalizer = make_normalizer(family, model, settings);
  parts.pre_tokenizer = make_pre_tokenizer(family, settings);
  for (const ModelPiece& piece : model.pieces) {
    if (piece.type != ModelPiece::kControl && piece.type != ModelPiece::kUserDefined) continue;
    AddedToken token;
    token.content = piece.text;
    token.normalized = false;
    token.special = piece.type == ModelPiece::kControl;
    parts.added.push_back(std::move(token));
  }
  if (family.kind == "t5") parts.additional_tokens = extra_ids(settings);
  const bool takes_first = !is_llama(family) || settings.flag("add_bos_token", true);
  const bool takes_last = !is_llama(family) || settings.flag("add_eos_token", false);
  if (takes_first) parts.first_role = family.first_role;
  if (takes_last) parts.last_role = family.last_role;
  return parts;
}

}  // namespace m2v::tokenizer
