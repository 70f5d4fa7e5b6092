#include "m2v/corpus.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/events.h"
#include "base/thread_pool.h"
#include "documents/passages.h"
#include "documents/readers.h"
#include "documents/walk.h"

namespace m2v {

struct Corpus::Impl {
  struct File {
    std::string name;       // the path, as passages show it
    std::string last_name;  // the title of passages without one
    documents::Document document;
  };
  std::vector<File> read;
  std::vector<documents::Pieces> pieces;
  std::optional<TextFile> lines;
  std::string lines_name;

  std::vector<Passage> passages;
  std::vector<std::string_view> texts;
  std::size_t files = 0;
  std::size_t other_files = 0;
  std::vector<std::string> left_out;
  std::size_t rows_left_out = 0;
  std::size_t bytes = 0;

  void add(const Passage& passage) {
    passages.push_back(passage);
    texts.push_back(passage.text);
    bytes += passage.text.size();
  }
};

namespace {

constexpr char kReading[] = "reading";
constexpr std::size_t kStretchBytes = std::size_t{256} << 10;

void check(const CorpusOptions& options) {
  constexpr std::size_t kMinPassageTokens = 8;
  if (options.passage_tokens < kMinPassageTokens) {
    throw std::invalid_argument("passages must have at least 8 tokens, not " +
                                std::to_string(options.passage_tokens));
  }
  if (options.overlap_tokens >= options.passage_tokens) {
    throw std::invalid_argument("the overlap (" + std::to_string(options.overlap_tokens) +
                                " tokens) must be smaller than a passage (" +
                                std::to_string(options.passage_tokens) + ")");
  }
}

/// The result of reading one file.
struct Outcome {
  std::optional<documents::Document> document;
  std::vector<std::string> warnings;
  std::string problem;  // why there is no document
  bool no_pdf_program = false;
};

Outcome read_one(const documents::FoundFile& file, std::size_t max_bytes) {
  Outcome outcome;
  try {
    outcome.document = documents::read_document(file.path, file.kind, max_bytes, outcome.warnings);
  } catch (const documents::NoPdfProgram& problem) {
    outcome.no_pdf_program = true;
    outcome.problem = file.path.string() + ": " + problem.what();
  } catch (const Error& error) {
    outcome.problem = error.what();
  }
  return outcome;
}

std::vector<Outcome> read_all(const std::vector<documents::FoundFile>& files,
                              const CorpusOptions& options, const base::Events& events) {
  std::vector<Outcome> outcomes(files.size());
  base::parallel_for(files.size(), options.threads, [&](std::size_t i, unsigned worker) {
    if (worker == 0) events.progress(kReading, i, files.size());  // from the calling thread
    outcomes[i] = read_one(files[i], options.max_file_bytes);
  });
  return outcomes;
}

/// Emits the first sentences as warnings, and then the number of those that are left of `count`.
void warn_of_first(const std::vector<std::string>& sentences, std::size_t count,
                   const std::string& what, const base::Events& events) {
  const std::size_t named = std::min(documents::kMaxNamed, sentences.size());
  for (std::size_t i = 0; i < named; ++i) events.warn(kReading, sentences[i]);
  if (count > named) {
    events.warn(kReading, "and " + std::to_string(count - named) + " more " + what);
  }
}

/// Emits warnings about all problems, in the order of the files. Returns one sentence per file that
/// was left out.
std::vector<std::string> report(const documents::Walk& walk, const std::vector<Outcome>& outcomes,
                                const base::Events& events) {
  std::vector<std::string> left_out, named, rows, remarks;
  for (const std::string& problem : walk.problems) named.push_back("left out: " + problem);
  left_out = walk.problems;
  std::size_t no_program = 0, rows_left_out = 0;
  for (const Outcome& outcome : outcomes) {
    for (const std::string& warning : outcome.warnings) remarks.push_back(warning);
    if (outcome.document) {
      rows_left_out += outcome.document->rows_left_out;
      for (const auto& row : outcome.document->rows_named) rows.push_back("left out: " + row);
    }
    if (outcome.problem.empty()) continue;
    left_out.push_back(outcome.problem);
    no_program += outcome.no_pdf_program ? 1 : 0;
    if (!outcome.no_pdf_program) named.push_back("left out: " + outcome.problem);
  }
  warn_of_first(named, named.size(), "files left out", events);
  warn_of_first(rows, rows_left_out, "rows left out", events);
  warn_of_first(remarks, remarks.size(), "remarks on files", events);
  if (no_program > 0) {
    events.warn(kReading, std::to_string(no_program) + " PDF " +
                              (no_program == 1 ? "file is" : "files are") +
                              " left out: " + documents::NoPdfProgram().what());
  }
  return left_out;
}

/// Returns a function that counts the tokens of a text, to be used by one thread.
documents::CountTokens token_counter(const Tokenizer& tokenizer) {
  const auto session = std::make_shared<TokenizerSession>(tokenizer);
  return [session](std::string_view text) { return session->encode(text).size(); };
}

}  // namespace

Corpus Corpus::read(const std::filesystem::path& folder, const Tokenizer& tokenizer,
                    const CorpusOptions& options, const OnEvent& on_event) {
  check(options);
  const base::Events events(on_event);
  const documents::Walk walk = documents::walk(folder, {options.include, options.exclude});
  std::vector<Outcome> outcomes = read_all(walk.files, options, events);

  auto impl = std::make_unique<Impl>();
  impl->left_out = report(walk, outcomes, events);
  impl->other_files = walk.other_files;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i].document) continue;
    impl->rows_left_out += outcomes[i].document->rows_left_out;
    const std::filesystem::path& path = walk.files[i].path;
    impl->read.push_back(
        {path.string(), path.filename().string(), std::move(*outcomes[i].document)});
  }
  impl->files = impl->read.size();

  struct Work {
    const Impl::File* file;
    documents::Stretch stretch;
  };
  std::vector<Work> work;
  for (const Impl::File& file : impl->read) {
    for (documents::Stretch& stretch : documents::divide(file.document, kStretchBytes)) {
      work.push_back({&file, std::move(stretch)});
    }
  }
  impl->pieces.resize(work.size());
  const documents::PassageSizes sizes{options.passage_tokens, options.overlap_tokens};
  std::vector<documents::CountTokens> counters(base::thread_count(options.threads));
  base::parallel_for(work.size(), options.threads, [&](std::size_t i, unsigned worker) {
    if (worker == 0) events.progress("cutting", i, work.size());
    if (!counters[worker]) counters[worker] = token_counter(tokenizer);
    impl->pieces[i] = documents::cut_into_passages(work[i].file->document, work[i].stretch, sizes,
                                                   counters[worker]);
  });
  for (std::size_t i = 0; i < work.size(); ++i) {
    const Impl::File& file = *work[i].file;
    for (const documents::Piece& piece : impl->pieces[i].pieces) {
      const std::string& title = impl->pieces[i].titles[piece.title];
      const bool pages = file.document.locations == documents::LocationUnit::kPages;
      impl->add(
          {.text =
               std::string_view(file.document.text).substr(piece.begin, piece.end - piece.begin),
           .title = title.empty() ? file.last_name : title,
           .file = file.name,
           .line = pages ? 0 : piece.location,
           .page = pages ? piece.location : 0});
    }
  }
  return Corpus(std::move(impl));
}

Corpus Corpus::from_lines(TextFile file, const std::filesystem::path& name) {
  auto impl = std::make_unique<Impl>();
  impl->lines = std::move(file);
  impl->lines_name = name.string();
  impl->files = 1;
  for (const std::string_view text : impl->lines->texts()) {
    impl->add({.text = text,
               .title = {},
               .file = impl->lines_name,
               .line = impl->lines->line(impl->passages.size()),
               .page = 0});
  }
  return Corpus(std::move(impl));
}

Corpus::Corpus(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Corpus::~Corpus() = default;
Corpus::Corpus(Corpus&&) noexcept = default;
Corpus& Corpus::operator=(Corpus&&) noexcept = default;

std::span<const Passage> Corpus::passages() const noexcept { return impl_->passages; }
Texts Corpus::texts() const noexcept { return impl_->texts; }
std::size_t Corpus::files() const noexcept { return impl_->files; }
std::size_t Corpus::other_files() const noexcept { return impl_->other_files; }
std::size_t Corpus::unreadable() const noexcept { return impl_->left_out.size(); }
std::span<const std::string> Corpus::left_out() const noexcept { return impl_->left_out; }
std::size_t Corpus::rows_left_out() const noexcept { return impl_->rows_left_out; }
std::size_t Corpus::bytes() const noexcept { return impl_->bytes; }

}  // namespace m2v
