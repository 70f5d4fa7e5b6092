#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace m2v::test {

/// Returns a small BERT tokenizer.json: [PAD], [UNK], [CLS], [SEP], ASCII characters as words and
/// as continuations (##), and some longer words and pieces.
inline base::Json bert_tokenizer() {
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]"};
  for (char c = '!'; c <= '~'; ++c) {
    if (c >= 'A' && c <= 'Z') continue;
    tokens.emplace_back(1, c);
    tokens.push_back(std::string("##") + c);
  }
  for (const char* word : {"hello",
                           "world",
                           "un",
                           "##able",
                           "##ab",
                           "##le",
                           "embedding",
                           "ü",
                           "##ü",
                           "東",
                           "京",
                           "я",
                           "##я",
                           "da",
                           "да",
                           "##да",
                           "ﬁ",
                           "—",
                           "naive",
                           "averyveryverylongwordindeed",
                           "##verylongtailpiece"}) {
    tokens.emplace_back(word);
  }
  base::Json::Object vocabulary;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    vocabulary.emplace_back(tokens[id], static_cast<std::int64_t>(id));
  }
  base::Json json = base::parse_json(R"({
    "version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [
      {"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false,
       "normalized": false, "special": true},
      {"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
       "normalized": false, "special": true}],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                   "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                 {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
      "pair": [],
      "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                         "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
    "decoder": null,
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100}})",
                                     "test");
  json.find("model")->set("vocab", std::move(vocabulary));
  return json;
}

}  // namespace m2v::test
