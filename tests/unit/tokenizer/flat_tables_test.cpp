// The tables that lie in a compiled file: they find what a standard map finds, are the same when
// they come from sections, and do no harm whatever those hold.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "formats/sections.h"
#include "m2v/error.h"
#include "tokenizer/charsmap.h"
#include "tokenizer/fast/word_table.h"
#include "tokenizer/models/merge_table.h"
#include "tokenizer/vocabulary.h"

using namespace m2v::tokenizer;
using m2v::FormatError;
using m2v::base::FlatArray;
using m2v::formats::Sections;

namespace {

/// The sections, every byte of which is any.
Sections garbled(const Sections& sections, std::mt19937& random) {
  Sections out("garbled");
  for (const Sections::Section& section : sections.all()) {
    std::vector<std::byte> copy(section.bytes.begin(), section.bytes.end());
    for (std::byte& byte : copy) byte = static_cast<std::byte>(random());
    out.add(section.name, FlatArray<std::byte>(std::move(copy)), section.aligned_offset);
  }
  return out;
}

using WordKeyOfOne = WordKey<1>;

WordKeyOfOne key_of(const std::string& word) {
  char padded[WordKeyOfOne::kMaxBytes] = {};
  word.copy(padded, word.size());
  return {padded, word.size()};
}

}  // namespace

TEST_CASE("a table of words finds what a standard map finds, from sections too") {
  for (const std::size_t words : {0u, 1u, 15u, 16u, 17u, 5000u}) {
    std::map<std::string, std::uint32_t> expected;
    for (std::uint32_t i = 0; expected.size() < words; ++i)
      expected["w" + std::to_string(i * 7)] = i;
    std::vector<IdTable<WordKeyOfOne>::Entry> entries;
    for (const auto& [word, id] : expected) entries.push_back({key_of(word), id});
    const IdTable<WordKeyOfOne> made(entries);
    Sections sections("test");
    made.save(sections, "words");
    const auto loaded = IdTable<WordKeyOfOne>::load(sections, "words");
    for (const auto* table : {&made, &loaded}) {
      for (std::uint32_t i = 0; i < 2 * words + 50; ++i) {
        const std::string word = "w" + std::to_string(i);
        const auto found = expected.find(word);
        const std::uint32_t* const id = table->find(key_of(word));
        REQUIRE((id != nullptr) == (found != expected.end()));
        if (id != nullptr) REQUIRE(*id == found->second);
      }
    }
  }
}

TEST_CASE("words in the same bucket are all found") {
  std::vector<IdTable<WordKeyOfOne>::Entry> entries;
  for (std::uint64_t block = 1; entries.size() < 60; ++block) {
    WordKeyOfOne key;
    key.blocks[0] = block;
    if (key.hash() >> 57 == 127) entries.push_back({key, static_cast<std::uint32_t>(block)});
  }
  const IdTable<WordKeyOfOne> table(entries);  // of 128 buckets; all have the last one
  for (const auto& entry : entries) {
    REQUIRE(table.find(entry.key) != nullptr);
    CHECK(*table.find(entry.key) == entry.id);
  }
}

TEST_CASE("a table of merges finds what a standard map finds, from a section too") {
  std::mt19937 random(3);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> expected;
  std::vector<MergeTable::MergeOfPair> merges;
  for (std::uint32_t rank = 0; rank < 20'000; ++rank) {
    const std::pair<std::uint32_t, std::uint32_t> pair(random() % 200, random() % 200);
    expected[pair] = rank;
    merges.push_back({pair.first, pair.second, {rank, rank + 1}});
  }
  const MergeTable made(merges);
  Sections sections("test");
  made.save(sections);
  const MergeTable loaded = MergeTable::load(sections);
  for (const MergeTable* table : {&made, &loaded}) {
    for (std::uint32_t left = 0; left < 210; ++left) {
      for (std::uint32_t right = 0; right < 210; ++right) {
        const auto found = expected.find({left, right});
        const auto* const merge = table->find(left, right);
        REQUIRE((merge != nullptr) == (found != expected.end()));
        if (merge != nullptr) REQUIRE(merge->rank == found->second);
      }
    }
  }
  CHECK(MergeTable().find(0, 0) == nullptr);
}

TEST_CASE("tables that are full or too small are refused") {
  Sections sections("test");
  sections.add(":merges", std::string(16 * 9, 'x'));
  sections.add("small", std::string(16 * 16, '\0'));
  sections.add("full", std::string(16 * 40, 'x'));
  CHECK_THROWS_AS(MergeTable::load(sections), FormatError);
  CHECK_THROWS_AS(IdTable<WordKeyOfOne>::load(sections, "small"), FormatError);
  CHECK_THROWS_AS(IdTable<WordKeyOfOne>::load(sections, "full"), FormatError);
}

TEST_CASE("a vocabulary of any content ends every search inside of it") {
  std::mt19937 random(5);
  std::vector<std::string> words;
  std::vector<Vocabulary::Entry> entries;
  for (int i = 0; i < 300; ++i) words.push_back(std::to_string(random() % 100'000));
  for (const std::string& word : words) entries.push_back({word, static_cast<std::uint32_t>(7)});
  Sections good("test");
  Vocabulary(entries).save(good);
  for (int round = 0; round < 300; ++round) {
    const Vocabulary vocabulary = Vocabulary::load(garbled(good, random));
    std::size_t bytes = 0;
    for (const auto& [token, id] : vocabulary.entries()) {
      for (const char c : token) bytes += static_cast<unsigned char>(c);
    }
    for (std::uint32_t id = 0; id < 20; ++id) bytes += vocabulary.token(id).value_or("").size();
    for (const std::string& word : words) {
      bytes += vocabulary.find(word).value_or(0);
      bytes += vocabulary.trie().longest_match(Trie::kRoot, word).length;
    }
    CHECK(bytes >= 0);
  }
}

TEST_CASE("a character map of any content leads to nothing outside of it") {
  std::mt19937 random(7);
  const m2v::base::Json json;
  const m2v::base::JsonAt where(json, "test");
  for (int round = 0; round < 3000; ++round) {
    std::vector<char> bytes(4 + 4 * 64 + 20);
    for (char& byte : bytes) byte = static_cast<char>(random() % (round % 2 == 0 ? 256 : 4));
    bytes[0] = bytes[2] = bytes[3] = 0;
    bytes[1] = 1;  // 64 units
    const Charsmap map = Charsmap::load(FlatArray<char>(std::move(bytes)), where);
    std::size_t size = 0;
    for (int first = 0; first < 256; ++first) {
      const std::string key = {static_cast<char>(first), static_cast<char>(random() % 4)};
      size += map.find(key).value_or("").size();
    }
    CHECK(size <= 256 * 20);
  }
}
