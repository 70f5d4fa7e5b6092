#include <algorithm>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "m2v/tokenizer.h"
#include "tokenizer/tokenizer_impl.h"

namespace m2v {
namespace {

// Texts that one thread tokenizes at a time: enough to make handing them out cheap.
constexpr std::size_t kTextsPerBlock = 64;

}  // namespace

struct TokenizerSession::Impl {
  explicit Impl(const Tokenizer& shared) : tokenizer(shared), session(tokenizer) {}

  Tokenizer tokenizer;
  tokenizer::Session session;
};

TokenizerSession::TokenizerSession(const Tokenizer& tokenizer)
    : impl_(std::make_unique<Impl>(tokenizer)) {}
TokenizerSession::~TokenizerSession() = default;
TokenizerSession::TokenizerSession(TokenizerSession&&) noexcept = default;
TokenizerSession& TokenizerSession::operator=(TokenizerSession&&) noexcept = default;

std::span<const std::uint32_t> TokenizerSession::encode(std::string_view text,
                                                        std::size_t max_tokens) {
  return impl_->session.encode(text, max_tokens);
}

TokenIds Tokenizer::encode(Texts texts, std::size_t max_tokens, unsigned threads) const {
  const std::size_t blocks = base::blocks_of(texts.size(), kTextsPerBlock);
  std::vector<std::vector<std::uint32_t>> ids(blocks);
  std::vector<std::unique_ptr<tokenizer::Session>> sessions(base::thread_count(threads));
  TokenIds result;
  result.offsets.resize(texts.size() + 1);
  base::parallel_for(blocks, threads, [&](std::size_t block, unsigned worker) {
    auto& session = sessions[worker];
    if (!session) session = std::make_unique<tokenizer::Session>(*this);
    const std::size_t first = block * kTextsPerBlock;
    const std::size_t end = std::min(texts.size(), first + kTextsPerBlock);
    for (std::size_t text = first; text < end; ++text) {
      const auto found = session->encode(texts[text], max_tokens);
      ids[block].insert(ids[block].end(), found.begin(), found.end());
      result.offsets[text + 1] = found.size();
    }
  });
  for (std::size_t i = 1; i < result.offsets.size(); ++i) {
    result.offsets[i] += result.offsets[i - 1];
  }
  result.ids.reserve(result.offsets.back());
  for (const auto& block : ids) result.ids.insert(result.ids.end(), block.begin(), block.end());
  return result;
}

}  // namespace m2v
