#include "tokenizer/fast/bert_wordpiece.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "simd/ascii.h"
#include "text/unicode.h"

namespace m2v::tokenizer {
namespace {

/// Returns whether simd::classify_ascii() can process the byte.
bool is_plain(char byte) noexcept {
  return (byte >= 0x20 && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

NormalizedText::Kind kind_of(char32_t c) noexcept {
  if (text::is_whitespace(c)) return NormalizedText::Kind::kGap;
  return text::is_punctuation(c) ? NormalizedText::Kind::kIsolated : NormalizedText::Kind::kWord;
}

/// Returns false for tokens that cannot be words because BertPreTokenizer isolates ASCII
/// punctuation, such as the continuing subword "##s".
bool can_be_word(std::string_view token) {
  return token.size() == 1 || std::none_of(token.begin(), token.end(), [](char byte) {
           return static_cast<unsigned char>(byte) < 0x80 && text::is_punctuation(byte);
         });
}

static_assert(NormalizedText::kReadAhead >= WordIds::kReadAhead);

}  // namespace

std::unique_ptr<const FastPath> BertWordPiece::compile(const Pipeline& pipeline,
                                                       const formats::Sections* compiled) {
  const auto& normalizers = pipeline.normalizer.steps();
  const auto& pre_tokenizers = pipeline.pre_tokenizer.steps();
  if (!std::holds_alternative<WordPiece>(pipeline.model) || normalizers.size() != 1 ||
      pre_tokenizers.size() != 1)
    return nullptr;
  const auto* normalizer = std::get_if<BertNormalizer>(&normalizers[0]);
  const bool fits = normalizer != nullptr && normalizer->clean_text &&
                    std::holds_alternative<BertPreTokenizer>(pre_tokenizers[0]) &&
                    pipeline.added_normalized.empty();
  if (!fits) return nullptr;
  return std::unique_ptr<const FastPath>(new BertWordPiece(pipeline.model, *normalizer, compiled));
}

BertWordPiece::BertWordPiece(const Model& model, const BertNormalizer& normalizer,
                             const formats::Sections* compiled)
    : normalizer_(normalizer), words_(model, Spelling::kAsIs, compiled, can_be_word) {
  table_.reserve(kTableEnd);
  for (char32_t c = 0; c < kTableEnd; ++c) table_.push_back(map(c));
}

BertWordPiece::Mapped BertWordPiece::map(char32_t c) const {
  Mapped mapped;
  if (text::is_control(c)) {
    mapped.kind = Mapped::Kind::kRemoved;
    return mapped;
  }
  if (text::is_whitespace(c)) {
    mapped.kind = Mapped::Kind::kGap;
    mapped.bytes[0] = ' ';
    mapped.size = 1;
    return mapped;
  }
  const bool apart = normalizer_.handle_chinese_chars && text::is_chinese(c);
  std::u32string characters;
  if (normalizer_.strip_accents) {
    text::append_decomposition(c, characters);
    std::erase_if(characters, text::is_nonspacing_mark);
    const auto moves = [](char32_t mark) { return text::combining_class(mark) != 0; };
    if (std::any_of(characters.begin(), characters.end(), moves)) return mapped;
  } else {
    characters += c;
  }
  if (characters.empty()) {
    mapped.kind = Mapped::Kind::kRemoved;
    return mapped;
  }
  std::u32string lowered;
  if (normalizer_.lowercase) {
    for (const char32_t part : characters) text::append_lowercase(part, lowered);
    characters = lowered;
  }
  if (characters.size() != 1 || characters[0] > 0xFFFF) return mapped;
  mapped.size = static_cast<std::uint8_t>(text::write_utf8(characters[0], mapped.bytes.data()));
  mapped.kind =
      static_cast<Mapped::Kind>(apart ? NormalizedText::Kind::kIsolated : kind_of(characters[0]));
  return mapped;
}

bool BertWordPiece::encode(std::string_view text, bool, IdBuffer& ids, std::size_t limit,
                           Scratch& scratch) const {
  if (!normalize(text, scratch)) return false;
  WordWriter writer(words_, scratch.text.size(), ids, limit, scratch.words);
  scratch.text.for_each_word(
      [&](const char* word, std::size_t size) { return writer.add(word, size); });
  writer.finish();
  return true;
}

bool BertWordPiece::normalize(std::string_view text, Scratch& scratch) const {
  NormalizedText& out = scratch.text;
  out.begin(text.size());
  for (std::size_t position = 0; position < text.size();) {
    // A single space between two words of another script is not worth a SIMD block.
    const bool plain_run =
        is_plain(text[position]) && (position + 1 == text.size() || is_plain(text[position + 1]));
    if (!plain_run) {
      if (!append_mapped(text::decode_utf8(text, position), scratch)) return false;
      continue;
    }
    const std::size_t size = std::min<std::size_t>(text.size() - position, 64);
    const simd::AsciiClasses classes =
        simd::classify_ascii(text.data() + position, size, normalizer_.lowercase, out.end());
    const auto plain = static_cast<std::size_t>(std::countr_one(classes.plain));
    out.append_ascii(classes, plain);
    position += plain;
  }
  return true;
}

bool BertWordPiece::append_mapped(char32_t c, Scratch& scratch) const {
  if (c >= kTableEnd) {
    if (normalizer_.handle_chinese_chars && c >= 0x4E00 &&
        c <= 0x9FFF) {  // these have no decomposition
      scratch.text.append_character(text::write_utf8(c, scratch.text.end()),
                                    NormalizedText::Kind::kIsolated);
      return true;
    }
    return append_complex(c, scratch);
  }
  const Mapped& mapped = table_[c];
  if (mapped.kind == Mapped::Kind::kComplex) return append_complex(c, scratch);
  if (mapped.kind == Mapped::Kind::kRemoved) return true;
  std::memcpy(scratch.text.end(), mapped.bytes.data(), mapped.bytes.size());
  scratch.text.append_character(mapped.size, static_cast<NormalizedText::Kind>(mapped.kind));
  return true;
}

bool BertWordPiece::append_complex(char32_t c, Scratch& scratch) const {
  if (text::is_control(c)) return true;
  NormalizedText& out = scratch.text;
  if (!out.has_space()) return false;
  const bool apart = normalizer_.handle_chinese_chars && text::is_chinese(c);
  scratch.decomposed.clear();
  if (normalizer_.strip_accents) {
    text::append_decomposition(c, scratch.decomposed);
  } else {
    scratch.decomposed += c;
  }
  for (const char32_t part : scratch.decomposed) {
    if (normalizer_.strip_accents) {
      if (text::is_nonspacing_mark(part)) continue;
      if (text::combining_class(part) != 0) return false;  // may have to be reordered
    }
    scratch.lowered.clear();
    if (normalizer_.lowercase) {
      text::append_lowercase(part, scratch.lowered);
    } else {
      scratch.lowered += part;
    }
    for (const char32_t lower : scratch.lowered) {
      const std::size_t size = text::write_utf8(lower, out.end());
      out.append_character(size, apart ? NormalizedText::Kind::kIsolated : kind_of(lower));
    }
  }
  return true;
}

}  // namespace m2v::tokenizer
