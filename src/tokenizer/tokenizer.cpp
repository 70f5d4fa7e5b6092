#include "m2v/tokenizer.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <new>

#include "base/impl_access.h"
#include "base/json.h"
#include "base/mapped_file.h"
#include "formats/section_file.h"
#include "formats/sections.h"
#include "m2v/error.h"
#include "text/unicode.h"
#include "tokenizer/tokenizer_impl.h"
#include "tokenizer/vocabulary_files/tokenizer_files.h"

namespace m2v {

Tokenizer::Impl::Impl(tokenizer::Pipeline stages, const formats::Sections* compiled)
    : pipeline(std::move(stages)),
      fast(tokenizer::FastPath::compile(pipeline, compiled)),
      from_compiled(compiled != nullptr) {
  const tokenizer::Vocabulary& vocabulary = tokenizer::vocabulary_of(pipeline.model);
  vocabulary_size = vocabulary.size();
  id_limit = vocabulary.id_limit();
  std::map<std::uint32_t, std::string_view> others;
  // A Unigram model may list its unknown token twice; the vocabulary then has the other id.
  const tokenizer::UnknownToken& unknown = tokenizer::unknown_of(pipeline.model);
  if (unknown.id()) others[*unknown.id()] = unknown.token();
  for (const tokenizer::AddedToken& token : pipeline.added_tokens) {
    others[token.id] = token.content;
    added_ids[token.content] = token.id;
    if (token.special) special.insert(token.content);
    if (!vocabulary.find(token.content)) ++vocabulary_size;
  }
  other_tokens.assign(others.begin(), others.end());
  if (!others.empty()) id_limit = std::max(id_limit, std::size_t{others.rbegin()->first} + 1);
}

void Tokenizer::Impl::check(std::span<const std::uint32_t> ids) const {
  std::uint32_t largest = 0;
  for (const std::uint32_t id : ids) largest = std::max(largest, id);
  if (!ids.empty() && largest >= id_limit) {
    throw FormatError("the compiled tokenizer", "",
                      "is damaged: a text has the token id " + std::to_string(largest) +
                          ", but there are only " + std::to_string(id_limit));
  }
}

std::unique_ptr<Tokenizer::Impl::Scratch> Tokenizer::Impl::borrow() const {
  {
    const std::lock_guard lock(mutex_);
    if (!pool_.empty()) {
      auto scratch = std::move(pool_.back());
      pool_.pop_back();
      return scratch;
    }
  }
  return std::make_unique<Scratch>();
}

void Tokenizer::Impl::give_back(std::unique_ptr<Scratch> scratch) const noexcept {
  const std::lock_guard lock(mutex_);
  try {
    pool_.push_back(std::move(scratch));
  } catch (const std::bad_alloc&) {  // drops it; the next call of borrow() allocates another
  }
}

Tokenizer::Tokenizer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) {
    if (const auto sections = formats::find_section_file(path)) {
      return tokenizer::load_tokenizer(*sections);
    }
    return from_json(base::read_characters(path).view(), path.string());
  }
  const tokenizer::TokenizerJson tokenizer = tokenizer::read_tokenizer(path);
  return Tokenizer(
      std::make_shared<Impl>(tokenizer::Pipeline::parse(tokenizer.json, tokenizer.file), nullptr));
}

Tokenizer Tokenizer::from_json(std::string_view json, const std::string& name) {
  return Tokenizer(std::make_shared<Impl>(
      tokenizer::Pipeline::parse(base::parse_json(json, name), name), nullptr));
}

void Tokenizer::encode(std::string_view text, std::vector<std::uint32_t>& ids,
                       std::size_t max_tokens) const {
  tokenizer::Session session(*this);
  const auto found = session.encode(text, max_tokens);
  ids.insert(ids.end(), found.begin(), found.end());
}

std::vector<std::uint32_t> Tokenizer::encode_with_special_tokens(std::string_view text) const {
  std::vector<std::uint32_t> ids;
  encode(text, ids);
  return impl_->pipeline.post_processor.apply(std::move(ids));
}

std::size_t Tokenizer::vocabulary_size() const noexcept { return impl_->vocabulary_size; }

std::size_t Tokenizer::id_limit() const noexcept { return impl_->id_limit; }

std::optional<std::string_view> Tokenizer::token(std::uint32_t id) const {
  const auto& others = impl_->other_tokens;
  const auto other =
      std::ranges::lower_bound(others, id, {}, [](const auto& o) { return o.first; });
  if (other != others.end() && other->first == id) return other->second;
  return tokenizer::vocabulary_of(impl_->pipeline.model).token(id);
}

std::optional<std::uint32_t> Tokenizer::id(std::string_view token) const {
  const auto added = impl_->added_ids.find(token);
  if (added != impl_->added_ids.end()) return added->second;
  return tokenizer::vocabulary_of(impl_->pipeline.model).find(token);
}

std::optional<std::uint32_t> Tokenizer::unknown_id() const noexcept {
  return impl_->pipeline.unknown_id;
}

std::string_view Tokenizer::model_type() const noexcept {
  return tokenizer::type_name(impl_->pipeline.model);
}

namespace tokenizer {
namespace {

constexpr std::string_view kSettings = ":tokenizer.json";

}  // namespace

void save_tokenizer(const Tokenizer& tokenizer, base::Json json, formats::Sections& sections) {
  const Tokenizer::Impl& impl = impl_of(tokenizer);
  impl.pipeline.save(json, sections);
  if (impl.fast) impl.fast->save(sections);
  sections.add(kSettings, json.dump());
}

Tokenizer load_tokenizer(const formats::Sections& sections) {
  const std::string location = sections.file() + ": " + std::string(kSettings);
  const base::Json json = base::parse_json(sections.text(kSettings), location);
  return ImplAccess::make<Tokenizer>(
      std::make_shared<Tokenizer::Impl>(Pipeline::parse(json, location, &sections), &sections));
}

Session::Session(const Tokenizer& tokenizer, IdSink sink) : impl_(impl_of(tokenizer)), ids_(sink) {
  if (impl_.fast) scratch_ = impl_.borrow();
}

Session::~Session() {
  if (scratch_) impl_.give_back(std::move(scratch_));
}

std::span<const std::uint32_t> Session::encode(std::string_view text, std::size_t max_tokens) {
  ids_.clear();
  // The fast path handles ill-formed UTF-8 itself; everything else needs it replaced first.
  const bool plain_text = impl_.pipeline.added.definitely_absent(text);
  const bool done =
      plain_text && scratch_ && impl_.fast->encode(text, true, ids_, max_tokens, *scratch_);
  if (!done) {
    if (text::is_well_formed(text)) {
      encode_valid(text, max_tokens);
    } else {
      encode_valid(text::to_utf8(text::to_utf32(text)), max_tokens);
    }
  }
  const auto ids = ids_.ids().first(std::min(ids_.size(), max_tokens));
  if (impl_.from_compiled) impl_.check(ids);
  return ids;
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

}  // namespace tokenizer
}  // namespace m2v
