#include "hub/names.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "m2v/hub.h"

using namespace m2v::hub;

// The first of each are the examples of huggingface_hub's own documentation.
TEST_CASE("names of repositories") {
  for (const char* const good : {"foo", "foo/bar", "123", "Foo-BAR_foo.bar123", "a/b", "_a/b_"}) {
    CAPTURE(good);
    CHECK(is_repository_name(good));
    CHECK_NOTHROW(check_repository_name(good));
  }
  for (const char* const bad : {"datasets/foo/bar",
                                ".repo_id",
                                "foo--bar",
                                "foo.git",
                                "",
                                "/",
                                "a/",
                                "/a",
                                "a b",
                                "-a",
                                "a-",
                                "a.",
                                "a/.b",
                                "a/..",
                                "..",
                                "a..b",
                                "a/b#c",
                                "a/b?c",
                                "a%2fb",
                                "\xC3\xA4/b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_repository_name(bad));
    CHECK_THROWS_AS(check_repository_name(bad), std::invalid_argument);
  }
  CHECK(is_repository_name(std::string(96, 'a')));
  CHECK_FALSE(is_repository_name(std::string(97, 'a')));
}

TEST_CASE("commits and hashes") {
  CHECK(is_commit(std::string(40, 'a')));
  CHECK_FALSE(is_commit(std::string(39, 'a')));
  CHECK_FALSE(is_commit(std::string(64, 'a')));
  CHECK_FALSE(is_commit(std::string(40, 'A')));
  CHECK_FALSE(is_commit(std::string(40, 'g')));
  CHECK(is_content_hash(std::string(40, '0')));
  CHECK(is_content_hash(std::string(64, '9')));
  CHECK_FALSE(is_content_hash(std::string(41, '0')));
  CHECK_FALSE(is_content_hash("../" + std::string(37, '0')));
}

TEST_CASE("paths that stay where they are put") {
  for (const char* const good :
       {"a", "a/b", ".gitattributes", "a/.b", "a..b", "...", "a b/\xC3\xA4", "refs/pr/1"}) {
    CAPTURE(good);
    CHECK(is_safe_path(good));
  }
  for (const char* const bad : {"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b",
                                "a\\b", "a\nb", "a\x7F", "\x1b[0m"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_safe_path(bad));
  }
  CHECK_FALSE(is_safe_path(std::string_view("a\0b", 3)));
  CHECK(is_safe_path(std::string(255, 'a')));
  CHECK_FALSE(is_safe_path(std::string(256, 'a')));
}

TEST_CASE("percent-encoding, as RFC 3986 has it") {
  CHECK(percent_encoded("a/b c", false) == "a/b%20c");
  CHECK(percent_encoded("a/b c", true) == "a%2Fb%20c");
  CHECK(percent_encoded("-_.~", true) == "-_.~");
  CHECK(percent_encoded("\xC3\xA4?#%&+", true) == "%C3%A4%3F%23%25%26%2B");
}

TEST_CASE("names that can only be paths") {
  for (const char* const path :
       {"./x", "../x", "/x", "~/x", "~", "x/", "a/b/", "a/b/c", "./a/b", ".", "..", "a\\b", "x.m2v",
        "a/x.m2v", "tokenizer.json", "a/model.safetensors", "//", "/"}) {
    CAPTURE(path);
    CHECK(is_path_like(path));
  }
  for (const char* const name : {"", "x", "a/b", "gpt2", "minishlab/potion-base-8M", "a.b/c.d",
                                 "x.m2v-model", ".x", "bert-base-uncased"}) {
    CAPTURE(name);
    CHECK_FALSE(is_path_like(name));
  }
}

// Rules and names as in sentence_transformers 6.2, base/model.py and util/misc.py.
TEST_CASE("teachers without an owner") {
  CHECK(sentence_transformer_id("all-MiniLM-L6-v2") == "sentence-transformers/all-MiniLM-L6-v2");
  CHECK(sentence_transformer_id("BAAI/bge-base-en-v1.5") == "BAAI/bge-base-en-v1.5");
  for (const char* const name : {"bert-base-uncased", "albert-base-v1", "xlnet-large-cased", "gpt2",
                                 "BERT-base-uncased", "ctrl"}) {
    CHECK(sentence_transformer_id(name) == name);
  }
  CHECK(sentence_transformer_id("bert-base") == "sentence-transformers/bert-base");
}
