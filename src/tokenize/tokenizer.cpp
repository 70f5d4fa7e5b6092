#include "m2v/tokenizer.h"

#include <algorithm>
#include <filesystem>

#include "core/json.h"
#include "core/mapped_file.h"
#include "tokenize/files/tokenizer_files.h"
#include "tokenize/tokenizer_impl.h"
#include "unicode/unicode.h"

namespace m2v {

Tokenizer::Impl::Impl(tokenize::Pipeline stages)
    : pipeline(std::move(stages)), fast(tokenize::FastRoad::compile(pipeline)) {
  const auto name = [&](std::string_view token, std::uint32_t id) {
    if (id >= tokens.size()) tokens.resize(id + 1);
    tokens[id] = token;
  };
  const tokenize::Vocabulary& vocabulary = tokenize::vocabulary_of(pipeline.model);
  for (const auto& [token, id] : vocabulary.entries()) name(token, id);
  // A Unigram may have its unknown token twice; the vocabulary then knows the other one.
  const tokenize::UnknownToken& unknown = tokenize::unknown_of(pipeline.model);
  if (unknown.id()) name(unknown.token(), *unknown.id());
  vocabulary_size = vocabulary.size();
  for (const tokenize::AddedToken& token : pipeline.added_tokens) {
    name(token.content, token.id);
    added_ids[token.content] = token.id;
    if (!vocabulary.find(token.content)) ++vocabulary_size;
  }
}

std::unique_ptr<Tokenizer::Impl::Scratch> Tokenizer::Impl::borrow() const {
  {
    const std::lock_guard lock(mutex_);
    if (!spare_.empty()) {
      auto scratch = std::move(spare_.back());
      spare_.pop_back();
      return scratch;
    }
  }
  return std::make_unique<Scratch>();
}

void Tokenizer::Impl::give_back(std::unique_ptr<Scratch> scratch) const {
  const std::lock_guard lock(mutex_);
  spare_.push_back(std::move(scratch));
}

Tokenizer::Tokenizer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    return from_json(core::MappedFile::open(path).text(), path.string());
  }
  const tokenize::TokenizerJson tokenizer = tokenize::read_tokenizer(path);
  return Tokenizer(
      std::make_shared<Impl>(tokenize::Pipeline::parse(tokenizer.json, tokenizer.file)));
}

Tokenizer Tokenizer::from_json(std::string_view json, const std::string& name) {
  return Tokenizer(
      std::make_shared<Impl>(tokenize::Pipeline::parse(core::parse_json(json, name), name)));
}

void Tokenizer::encode(std::string_view text, std::vector<std::uint32_t>& ids,
                       std::size_t max_tokens) const {
  tokenize::Session session(*this);
  const auto found = session.encode(text, max_tokens);
  ids.insert(ids.end(), found.begin(), found.end());
}

std::vector<Token> Tokenizer::encode_with_offsets(std::string_view text) const {
  std::vector<Token> tokens;
  impl_->pipeline.encode(unicode::to_utf8(unicode::to_utf32(text)), tokens);
  return tokens;
}

std::vector<std::uint32_t> Tokenizer::encode_with_special_tokens(std::string_view text) const {
  std::vector<std::uint32_t> ids;
  encode(text, ids);
  return impl_->pipeline.post_processor.apply(std::move(ids));
}

std::size_t Tokenizer::vocabulary_size() const noexcept { return impl_->vocabulary_size; }

std::size_t Tokenizer::id_limit() const noexcept { return impl_->tokens.size(); }

std::optional<std::string_view> Tokenizer::token(std::uint32_t id) const {
  return id < impl_->tokens.size() ? impl_->tokens[id] : std::nullopt;
}

std::optional<std::uint32_t> Tokenizer::id(std::string_view token) const {
  const auto added = impl_->added_ids.find(token);
  if (added != impl_->added_ids.end()) return added->second;
  return tokenize::vocabulary_of(impl_->pipeline.model).find(token);
}

std::optional<std::uint32_t> Tokenizer::unknown_id() const noexcept {
  return impl_->pipeline.unknown_id;
}

std::string_view Tokenizer::model_type() const noexcept {
  return tokenize::type_name(impl_->pipeline.model);
}

namespace tokenize {

Session::Session(const Tokenizer& tokenizer) : impl_(tokenizer.impl()) {
  if (impl_.fast) scratch_ = impl_.borrow();
}

Session::~Session() {
  if (scratch_) impl_.give_back(std::move(scratch_));
}

std::span<const std::uint32_t> Session::encode(std::string_view text, std::size_t max_tokens) {
  ids_.clear();
  // The fast road reads ill-formed UTF-8 as it should by itself; the others want it mended.
  const bool plain_text = impl_.pipeline.added.surely_absent(text);
  const bool done =
      plain_text && scratch_ && impl_.fast->encode(text, true, ids_, max_tokens, *scratch_);
  if (!done) {
    if (unicode::is_well_formed(text)) {
      encode_valid(text, max_tokens);
    } else {
      encode_valid(unicode::to_utf8(unicode::to_utf32(text)), max_tokens);
    }
  }
  return ids_.ids().first(std::min(ids_.size(), max_tokens));
}

void Session::encode_valid(std::string_view text, std::size_t limit) {
  impl_.pipeline.added.split(text, segments_);
  std::vector<Token> tokens;
  for (const auto& segment : segments_) {
    if (ids_.size() >= limit) return;
    if (segment.token != nullptr) {
      ids_.push_back(segment.token->id);
      continue;
    }
    const auto begin = static_cast<std::size_t>(segment.text.data() - text.data());
    if (scratch_ && impl_.fast->encode(segment.text, begin == 0, ids_, limit, *scratch_)) continue;
    tokens.clear();
    impl_.pipeline.encode_segment(segment.text, begin, tokens);
    for (const Token& token : tokens) ids_.push_back(token.id);
  }
}

}  // namespace tokenize
}  // namespace m2v
