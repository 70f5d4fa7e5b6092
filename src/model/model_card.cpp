#include "model/model_card.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "formats/front_matter.h"
#include "formats/yaml_values.h"
#include "text/lines.h"
#include "text/unicode.h"

namespace m2v::model {
namespace {

constexpr std::string_view kMarker =
    "<!-- m2v:card - written by m2v, and again at every save: remove this line to keep your own "
    "text. -->";
constexpr std::string_view kMarkerStart = "<!-- m2v:card";

constexpr std::array<std::string_view, 3> kUsualTags = {"embeddings", "static-embeddings",
                                                        "sentence-transformers"};

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  out += std::string(key) + ":\n";
  for (const std::string& value : values) out += "- " + formats::to_yaml_scalar(value) + "\n";
}

/// The members that write_card() generates.
constexpr std::array<std::string_view, 6> kGeneratedKeys = {
    "base_model", "language", "library_name", "license", "model_name", "tags"};

bool is_generated_key(std::string_view key) {
  return std::ranges::find(kGeneratedKeys, key) != kGeneratedKeys.end();
}

/// Calls use(entry) for each entry in lines of YAML, which come without the "---" fences.
template <typename Use>
void for_each_entry(const std::string& lines, const Use& use) {
  const std::string text = "---\n" + lines + "---\n";
  const auto front_matter = formats::split_front_matter(text);
  if (!front_matter) return;
  for (const formats::FrontMatterEntry& entry : front_matter->entries) use(entry);
}

std::string front_matter(const CardData& card, const std::string& model_name) {
  std::vector<std::string> kept;
  for_each_entry(card.other_lines,
                 [&](const formats::FrontMatterEntry& entry) { kept.push_back(entry.key); });
  const auto writes = [&](std::string_view key) {
    return std::ranges::find(kept, key) == kept.end();
  };
  std::string out = "---\n";
  const auto append = [&](std::string_view key, std::string_view value) {
    if (!value.empty() && writes(key))
      out += std::string(key) + ": " + formats::to_yaml_scalar(value) + "\n";
  };
  append("base_model", card.base_model);
  if (writes("language")) append_list(out, "language", card.languages);
  append("library_name", "model2vec");
  append("license", card.license);
  append("model_name", model_name);
  std::vector<std::string> tags = card.tags;
  for (const std::string_view tag : kUsualTags) {
    if (std::ranges::find(tags, tag) == tags.end()) tags.emplace_back(tag);
  }
  if (writes("tags")) append_list(out, "tags", tags);
  return out + card.other_lines + "---\n";
}

/// Returns the text in well-formed UTF-8 with LF line ends. In YAML a carriage return ends a line,
/// too.
std::string normalized_lines(std::string_view markdown) {
  const std::string text = text::to_utf8(text::to_utf32(markdown));
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i] == '\r' ? '\n' : text[i];
  }
  return out;
}

/// Appends the lines of an entry to `out`. A line that is not YAML becomes a comment; the
/// complex-key forms "? key" and ": value" are YAML.
void keep(const formats::FrontMatterEntry& entry, std::string& out) {
  const bool is_pair = entry.source.starts_with("? ") || entry.source.starts_with(": ");
  if (entry.key.empty() && !entry.is_comment && !is_pair) out += "# ";
  out += entry.source;
}

/// Appends the comments among the lines of an entry, which write_card() generates again.
void append_comments(std::string_view entry, std::string& out) {
  for (text::Lines lines(entry); lines.next();) {
    const std::string_view line = formats::yaml_trim(lines.line());
    if (line.starts_with('#')) out += std::string(line) + "\n";
  }
}

/// Returns whether every YAML parser would read the value of this entry as a string.
bool is_certainly_text(const formats::FrontMatterEntry& entry,
                       const std::optional<std::vector<std::string>>& values) {
  if (!values || values->size() != 1) return false;
  const bool is_plain =
      std::string_view("\"'|>").find(entry.first.substr(0, 1)) == std::string_view::npos ||
      entry.first.empty();
  return !is_plain || formats::to_yaml_scalar(values->front()) == values->front();
}

/// Stores the values of a member that write_card() generates. Returns false if it could not write
/// them back unchanged.
bool take(const std::string& key, const std::vector<std::string>& values, CardData& card) {
  const std::string first = values.empty() ? "" : values.front();
  if (key == "base_model") card.base_model = first == "unknown" ? "" : first;
  if (key == "license") card.license = values.size() == 1 ? first : "";
  if (key == "language") card.languages = values;
  if (key == "tags") card.tags = values;
  return key != "license" || !card.license.empty();
}

/// Escapes a text as one line of Markdown.
std::string markdown_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::string_view("\\`*_[]<>#|").find(c) != std::string_view::npos) out += '\\';
    out += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return out;
}

std::string facts_table(const CardFacts& facts) {
  if (facts.empty()) return {};
  std::string out = "\n| | |\n|---|---|\n";
  for (const auto& [name, value] : facts) {
    out += "| " + name + " | " + markdown_text(value) + " |\n";
  }
  return out;
}

constexpr std::string_view kIntroduction =
    "A token's vector is looked up, not computed: a text's embedding is the mean of its tokens' "
    "vectors.\nThat takes microseconds on a CPU, without a GPU or a neural network at run time.\n";

constexpr std::string_view kPlaceholder = "path/to/model";
constexpr std::string_view kPlaceholderNote =
    "`path/to/model` stands for the folder of this file.\n\n";

constexpr std::string_view kCommandLine = R"(
## Use it

`path/to/model` stands for the folder of this file.

On the command line:

```sh
m2v encode -m path/to/model texts.txt -o vectors.npy
m2v search -m path/to/model --documents texts.txt "a question"
```

From C++:

```cpp
#include "m2v/static_model.h"

const auto model = m2v::StaticModel::load("path/to/model");
const std::vector<float> vector = model.encode("It rains on the lake.");
```
)";

constexpr std::string_view kModel2vec = R"(
From Python, with `model2vec`:

```python
from model2vec import StaticModel

vectors = StaticModel.from_pretrained("path/to/model").encode(["It rains on the lake."])
```
)";

constexpr std::string_view kSentenceTransformers = R"(
Or with `sentence-transformers`:

```python
from sentence_transformers import SentenceTransformer

vectors = SentenceTransformer("path/to/model").encode(["It rains on the lake."])
```
)";

}  // namespace

CardData read_card(std::string_view markdown, const std::string& file,
                   std::vector<std::string>& warnings) {
  CardData card;
  card.license.clear();
  const std::string text = normalized_lines(markdown);
  const auto front_matter = formats::split_front_matter(text);
  if (!front_matter) {
    const bool begins = formats::split_front_matter(text + "\n---\n").has_value();
    if (begins) warnings.push_back(file + ": line 1: the front matter is not terminated");
    return card;
  }
  for (const formats::FrontMatterEntry& entry : front_matter->entries) {
    std::string problem;
    const bool once =
        std::ranges::count(front_matter->entries, entry.key, &formats::FrontMatterEntry::key) == 1;
    if (is_generated_key(entry.key) && !once) {
      problem = "\"" + std::string(entry.key) + "\" occurs more than once";
    } else if (is_generated_key(entry.key)) {
      const auto values = formats::read_values(entry, problem);
      // A number or a word like "yes" would become a string when written back.
      const bool is_text = entry.key != "license" || is_certainly_text(entry, values);
      if (values && take(entry.key, *values, card) && is_text) {
        append_comments(entry.nested, card.other_lines);
        continue;
      }
    } else if (entry.key.empty() && !entry.is_comment) {
      problem = "expected \"key: value\"";
    }
    if (!problem.empty()) {
      warnings.push_back(std::string(file)
                             .append(": line ")
                             .append(std::to_string(entry.line))
                             .append(": front matter: ")
                             .append(problem));
    }
    keep(entry, card.other_lines);
  }
  return card;
}

CardData license_of(const CardData& card) {
  CardData result;
  result.license = card.license;
  for_each_entry(card.other_lines, [&](const formats::FrontMatterEntry& entry) {
    if (!entry.key.starts_with("license")) return;
    const bool needs_others = entry.source.find('*') != std::string_view::npos;
    for (text::Lines lines(entry.source); lines.next();) {
      result.other_lines += (needs_others ? "# " : "") + std::string(lines.line_with_end());
    }
  });
  return result;
}

bool is_generated_card(std::string_view markdown) {
  return markdown.find(kMarkerStart) != std::string_view::npos;
}

std::string card_for_hub(std::string_view markdown, const std::string& repository) {
  std::string out(markdown);
  if (const std::size_t note = out.find(kPlaceholderNote); note != out.npos) {
    out.erase(note, kPlaceholderNote.size());
  }
  for (std::size_t at = out.find(kPlaceholder); at != out.npos;
       at = out.find(kPlaceholder, at + repository.size())) {
    out.replace(at, kPlaceholder.size(), repository);
  }
  return out;
}

std::string write_card(const CardData& card, const std::string& model_name, const CardUses& uses,
                       const CardFacts& facts) {
  std::string out = front_matter(card, model_name);
  out += std::string(kMarker) + "\n\n# " + markdown_text(model_name) + "\n\n";
  out += "A static text embedding model in the Model2Vec format";
  out += card.base_model.empty() ? ".\n"
                                 : ", distilled from " + markdown_text(card.base_model) + ".\n";
  out += std::string(kIntroduction) + facts_table(facts) + std::string(kCommandLine);
  if (uses.model2vec) out += kModel2vec;
  if (uses.sentence_transformers) out += kSentenceTransformers;
  return out;
}

}  // namespace m2v::model
