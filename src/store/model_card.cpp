#include "store/model_card.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "store/front_matter.h"

namespace m2v::store {
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
  for (const std::string& value : values) out += "- " + yaml_text(value) + "\n";
}

std::string front_matter(const CardData& card, const std::string& model_name) {
  std::string out = "---\n";
  if (!card.base_model.empty()) out += "base_model: " + yaml_text(card.base_model) + "\n";
  append_list(out, "language", card.languages);
  out += "library_name: model2vec\n";
  out += "license: " + (card.license.empty() ? "mit" : yaml_text(card.license)) + "\n";
  out += "model_name: " + yaml_text(model_name) + "\n";
  std::vector<std::string> tags = card.tags;
  for (const std::string_view tag : kUsualTags) {
    if (std::ranges::find(tags, tag) == tags.end()) tags.emplace_back(tag);
  }
  append_list(out, "tags", tags);
  return out + "---\n";
}

/// One line of Markdown without markup: what would be read as such is escaped.
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
  for (const FrontMatterEntry& entry :
       read_front_matter(markdown, {"base_model", "license", "language", "tags"}, file, warnings)) {
    const std::string first = entry.values.empty() ? "" : entry.values.front();
    if (entry.key == "base_model") card.base_model = first == "unknown" ? "" : first;
    if (entry.key == "license") card.license = first;
    if (entry.key == "language") card.languages = entry.values;
    if (entry.key == "tags") card.tags = entry.values;
  }
  return card;
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

}  // namespace m2v::store
