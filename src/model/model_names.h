#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace m2v::model {

// The files of a model, by their paths within its folder.
inline constexpr std::string_view kConfig = "config.json";
inline constexpr std::string_view kSentenceTransformersConfig = "config_sentence_transformers.json";
inline constexpr std::string_view kTensors = "model.safetensors";
inline constexpr std::string_view kTokenizer = "tokenizer.json";
inline constexpr std::string_view kModules = "modules.json";
inline constexpr std::string_view kHead = "head.safetensors";
inline constexpr std::string_view kTraining = "training.json";
inline constexpr std::string_view kCard = "README.md";
inline constexpr std::string_view kNestedFolder = "0_StaticEmbedding";

/// The files that decide which model a folder holds: a save puts them in place last, and a
/// reader opens them first.
inline constexpr std::array kDecidingFiles = {kConfig, kSentenceTransformersConfig};

/// The files of a model in any layout, the deciding files first. No other file in a model's folder
/// is ever touched.
inline constexpr std::array<std::string_view, 12> kModelFiles = {
    kConfig,
    kSentenceTransformersConfig,
    kTensors,
    kTokenizer,
    "0_StaticEmbedding/model.safetensors",
    "0_StaticEmbedding/tokenizer.json",
    kModules,
    kHead,
    kTraining,
    kCard,
    "tokenizer_config.json",
    "special_tokens_map.json"};

static_assert(std::ranges::equal(kDecidingFiles, std::span(kModelFiles).first<2>()));

/// The files that m2v writes. A save removes those that it does not write itself, since they belong
/// to the model that it replaces. The card is not in the list because it may be hand-written.
inline constexpr std::array kWrittenFiles = {kTensors, kTokenizer, kConfig,
                                             kModules, kHead,      kTraining};

constexpr bool is_model_file(std::string_view name) {
  return std::ranges::find(kModelFiles, name) != kModelFiles.end();
}
constexpr bool is_deciding(std::string_view name) {
  return std::ranges::find(kDecidingFiles, name) != kDecidingFiles.end();
}

}  // namespace m2v::model
