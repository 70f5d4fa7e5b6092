#include "tokenizer/vocabulary.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

using m2v::tokenizer::Trie;
using m2v::tokenizer::Vocabulary;

TEST_CASE("a vocabulary finds what a standard map finds") {
  std::mt19937 random(3);
  std::vector<std::string> words;
  for (int i = 0; i < 5000; ++i) {
    std::string word(random() % 20, 'a');
    for (char& c : word) c = static_cast<char>(random() % 4);
    words.push_back(word);
  }
  std::vector<Vocabulary::Entry> entries;
  std::unordered_map<std::string, std::uint32_t> expected;
  for (std::uint32_t i = 0; i < words.size() / 2; ++i) {
    entries.push_back({words[i], i});
    expected[words[i]] = i;  // a repeated word has its last id
  }
  const Vocabulary vocabulary(entries);
  CHECK(vocabulary.size() == expected.size());
  for (const std::string& word : words) {
    const auto found = expected.find(word);
    const auto id = vocabulary.find(word);
    REQUIRE(id.has_value() == (found != expected.end()));
    if (id) REQUIRE(*id == found->second);
  }
  std::size_t visited = 0;
  for (const auto& [token, id] : vocabulary.entries()) {
    ++visited;
    REQUIRE(expected.at(std::string(token)) == id);
  }
  CHECK(visited == expected.size());
}

TEST_CASE("an empty vocabulary has nothing") {
  CHECK_FALSE(Vocabulary().find("a").has_value());
  CHECK_FALSE(Vocabulary(std::vector<Vocabulary::Entry>{}).find("").has_value());
}

TEST_CASE("the longest match is the longest key that the text starts with") {
  const std::vector<Trie::Key> keys = {{"a", 1}, {"ab", 2}, {"abcd", 3}, {"b", 4}, {"\xff\xfe", 5}};
  const Trie trie(keys);
  CHECK(trie.longest_match(Trie::kRoot, "abc").value == 2);
  CHECK(trie.longest_match(Trie::kRoot, "abcde").length == 4);
  CHECK(trie.longest_match(Trie::kRoot, "ac").length == 1);
  CHECK(trie.longest_match(Trie::kRoot, "xa").length == 0);
  CHECK(trie.longest_match(Trie::kRoot, "").length == 0);
  CHECK(trie.longest_match(Trie::kRoot, "\xff\xfe\xff").value == 5);
  CHECK(trie.longest_match(trie.walk(Trie::kRoot, "ab"), "cd").value == 3);
  CHECK(trie.walk(Trie::kRoot, "bb") == Trie::kNone);
}

TEST_CASE("a tree of keys over all bytes has these and no others") {
  std::mt19937 random(11);
  std::map<std::string, std::uint32_t> expected;
  for (int byte = 0; byte < 256; ++byte) expected[std::string(1, static_cast<char>(byte))] = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string key(1 + random() % 4, '\0');
    // Few first bytes and all last ones: crowded nodes and thin ones.
    for (char& c : key) c = static_cast<char>(random() % (random() % 2 == 0 ? 256 : 5));
    expected[key] = 0;
  }
  std::vector<Trie::Key> keys;
  for (auto& [key, value] : expected) {
    value = static_cast<std::uint32_t>(random() % Trie::kValueLimit);
    keys.push_back({key, value});
  }
  const Trie trie(keys);
  for (const auto& [key, value] : expected) {
    const std::uint32_t node = trie.walk(Trie::kRoot, key);
    REQUIRE(node != Trie::kNone);
    REQUIRE(trie.value(node) == value);
    for (int byte = 0; byte < 256; ++byte) {
      const std::string longer = key + static_cast<char>(byte);
      const auto next = expected.lower_bound(longer);
      const bool there = next != expected.end() && next->first.starts_with(longer);
      REQUIRE((trie.child(node, static_cast<char>(byte)) != Trie::kNone) == there);
    }
  }
}
