#include "model/folder_save.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "m2v/error.h"
#include "model/model_files.h"
#include "model/model_names.h"
#include "support/temp_folder.h"

using namespace m2v;
using model::FolderSave;
using model::ModelFiles;
using model::SaveRecord;
using test::names_in;
using test::read_file;
using test::TempFolder;
using test::write_file;

namespace {

namespace fs = std::filesystem;

constexpr const char* kOurs = R"({"model_type": "model2vec"})";

/// Saves files of these contents; what is "" is not written.
void save(const fs::path& folder, const std::string& tensors, const std::string& head,
          const std::string& config = kOurs, bool force = false) {
  FolderSave saving(folder, force);
  saving.add("config.json", config);
  saving.add("model.safetensors", tensors);
  if (!head.empty()) saving.add("head.safetensors", head);
  saving.commit();
}

std::string read(const ModelFiles& files, std::string_view name) {
  return files.has(name) ? std::string(files.open(name).view()) : "";
}

/// A folder as a crash leaves it when the first `done` steps of the record have been done.
void crash(const fs::path& folder, std::size_t done) {
  save(folder, "old", "old head");
  write_file(folder / "config.json", R"({"model_type": "model2vec", "old": 1})");
  write_file(folder / ".model.safetensors.m2v-aaaaaa", "new");
  write_file(folder / ".config.json.m2v-bbbbbb", R"({"model_type": "model2vec", "new": 1})");
  const SaveRecord record{{{"model.safetensors", ".model.safetensors.m2v-aaaaaa"},
                           {"head.safetensors", ""},
                           {"config.json", ".config.json.m2v-bbbbbb"}}};
  write_file(folder / SaveRecord::kName, record.dump());
  for (std::size_t i = 0; i < done; ++i) {
    const SaveRecord::Step& step = record.steps[i];
    if (step.temporary.empty()) {
      fs::remove(folder / step.file);
    } else {
      fs::rename(folder / step.temporary, folder / step.file);
    }
  }
}

}  // namespace

TEST_CASE("files are in place after commit() and not before, the others of ours go") {
  const TempFolder folder;
  const fs::path target = folder / "x/model";
  {
    FolderSave saving(target, false);
    saving.add("config.json", kOurs);
    saving.add("head.safetensors", "head");
    saving.add("0_StaticEmbedding/tokenizer.json", "nested");
    CHECK_FALSE(fs::exists(target / "config.json"));
    saving.commit();
  }
  CHECK(names_in(target) ==
        std::vector<std::string>{"0_StaticEmbedding", "config.json", "head.safetensors"});
  CHECK(read_file(target / "0_StaticEmbedding/tokenizer.json") == "nested");
  save(target, "tensors", "");
  CHECK(names_in(target) ==
        std::vector<std::string>{"0_StaticEmbedding", "config.json", "model.safetensors"});
  CHECK(names_in(target / "0_StaticEmbedding") == std::vector<std::string>{"tokenizer.json"});
}

TEST_CASE("what is not committed goes away, with the folders made for it") {
  const TempFolder folder;
  try {
    FolderSave saving(folder / "a/b/c", false);
    saving.add("0_StaticEmbedding/model.safetensors", "1");
    CHECK(fs::exists(folder / "a/b"));
    CHECK_FALSE(fs::exists(folder / "a/b/c"));
    throw std::runtime_error("stop");
  } catch (const std::runtime_error&) {
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("two that make the same folder do not meet") {
  const TempFolder folder;
  {
    FolderSave first(folder / "m", false), second(folder / "m", false);
    for (FolderSave* saving : {&first, &second}) {
      saving->add("config.json", kOurs);
      saving->add("model.safetensors", saving == &first ? "first" : "second");
    }
    second.commit();
    CHECK(read_file(folder / "m/model.safetensors") == "second");
    first.commit();
  }
  CHECK(read_file(folder / "m/model.safetensors") == "first");
  CHECK(names_in(folder.path()) == std::vector<std::string>{"m"});
  CHECK(names_in(folder / "m") == std::vector<std::string>{"config.json", "model.safetensors"});
}

TEST_CASE("a new folder does not replace what somebody makes meanwhile") {
  const TempFolder folder;
  FolderSave saving(folder / "m", false);
  saving.add("config.json", kOurs);
  write_file(folder / "m/precious", "theirs");
  CHECK_THROWS_AS(saving.commit(), std::invalid_argument);
  CHECK(names_in(folder / "m") == std::vector<std::string>{"precious"});
}

TEST_CASE("new folders of the dead are cleared, as far as they hold nothing else") {
  for (const bool exists : {false, true}) {
    const TempFolder folder;
    if (exists) save(folder / "m", "old", "");
    write_file(folder / ".m.m2v-aaaaaa/.model.safetensors.m2v-aaaaaa", "half");
    write_file(folder / ".m.m2v-bbbbbb/0_StaticEmbedding/.tokenizer.json.m2v-aaaaaa", "half");
    write_file(folder / ".m.m2v-bbbbbb/config.json", "whole");
    write_file(folder / ".m.m2v-cccccc/notes.txt", "theirs");
    write_file(folder / ".other.m2v-aaaaaa/config.json", "another's");
    FolderSave living(folder / "x/m", false);
    save(folder / "m", "new", "");
    CHECK(names_in(folder.path()) ==
          std::vector<std::string>{".m.m2v-cccccc", ".other.m2v-aaaaaa", "m", "x"});
    CHECK(names_in(folder / ".m.m2v-cccccc") == std::vector<std::string>{"notes.txt"});
    save(folder / "x/m", "new", "");
    CHECK(names_in(folder / "x").size() == 2);  // the living one's is there
  }
}

TEST_CASE("from the record on a save is done, wherever it was broken off") {
  for (std::size_t done = 0; done <= 3; ++done) {
    CAPTURE(done);
    const TempFolder folder;
    crash(folder.path(), done);
    const ModelFiles files = ModelFiles::in_folder(folder.path());
    CHECK(read(files, "model.safetensors") == "new");
    CHECK(read(files, "config.json").find("new") != std::string::npos);
    CHECK_FALSE(files.has("head.safetensors"));
    CHECK(model::check_save_folder(folder.path(), false));  // reading has changed nothing
    CHECK(fs::exists(folder / SaveRecord::kName));
    {
      FolderSave saving(folder.path(), false);  // a save that comes to nothing finishes the other
    }
    CHECK(names_in(folder.path()) == std::vector<std::string>{"config.json", "model.safetensors"});
    CHECK(read_file(folder / "model.safetensors") == "new");
    save(folder.path(), "newer", "");
    CHECK(read_file(folder / "model.safetensors") == "newer");
  }
}

TEST_CASE("what a save without a record left is cleared by the next one") {
  const TempFolder folder;
  save(folder.path(), "old", "");
  for (const char* name : {".model.safetensors.m2v-aaaaaa", ".training.json.m2v-bbbbbb",
                           "..m2v-save.json.m2v-cccccc", ".notes.txt.m2v-dddddd"}) {
    write_file(folder / name, "half");
  }
  write_file(folder / "0_StaticEmbedding/.tokenizer.json.m2v-eeeeee", "half");
  CHECK(read(ModelFiles::in_folder(folder.path()), "model.safetensors") == "old");
  save(folder.path(), "new", "");
  CHECK(names_in(folder.path()) ==
        std::vector<std::string>{".notes.txt.m2v-dddddd", "0_StaticEmbedding", "config.json",
                                 "model.safetensors"});  // the note's is not for a file of ours
  CHECK(names_in(folder / "0_StaticEmbedding").empty());
}

TEST_CASE("a record that no save can have written is refused, and nothing is done") {
  const TempFolder folder;
  save(folder.path(), "old", "");
  write_file(folder / "precious", "theirs");
  for (const char* record :
       {"", "{", "{}", R"({"steps": [{"file": "precious"}]})",
        R"({"steps": [{"file": "../config.json", "from": ".config.json.m2v-aaaaaa"}]})",
        R"({"steps": [{"file": "config.json", "from": "precious"}]})",
        R"({"steps": [{"file": "config.json", "from": "../.config.json.m2v-aaaaaa"}]})"}) {
    CAPTURE(record);
    write_file(folder / SaveRecord::kName, record);
    CHECK_THROWS_AS(ModelFiles::in_folder(folder.path()), FormatError);
    CHECK_THROWS_AS(save(folder.path(), "new", ""), FormatError);
    CHECK(read_file(folder / "precious") == "theirs");
    CHECK(read_file(folder / "model.safetensors") == "old");
  }
}

TEST_CASE("a folder that holds something else is refused unless it is forced") {
  for (const char* name : {"notes.txt", ".git/HEAD", "training.json", "tokenizer.json"}) {
    CAPTURE(name);
    const TempFolder folder;
    write_file(folder / name, "theirs");
    CHECK_THROWS_AS(save(folder.path(), "new", ""), std::invalid_argument);
    CHECK(read_file(folder / name) == "theirs");
    CHECK(names_in(folder.path()).size() == 1);
    save(folder.path(), "new", "", kOurs, true);
    CHECK(read_file(folder / name) == "theirs");  // forced: replaced is what is written
  }
}

TEST_CASE("which folders hold a model of ours") {
  const auto accepted = [](const std::function<void(const TempFolder&)>& fill) {
    const TempFolder folder;
    fill(folder);
    try {
      return model::check_save_folder(folder.path(), false);
    } catch (const std::invalid_argument&) {
      return false;
    }
  };
  const std::string table = test::safetensors_file(
      R"({"embedding.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}})", "1234");
  CHECK(accepted([](auto& f) { f.write("config.json", kOurs); }));  // be it damaged
  CHECK_FALSE(accepted([](auto& f) { f.write("config.json", R"({"model_type": "bert"})"); }));
  CHECK_FALSE(accepted([](auto& f) { f.write("config.json", R"({"my": "own"})"); }));
  CHECK_FALSE(accepted([](auto& f) { f.write("config.json", "{ damaged"); }));
  CHECK(accepted([&](auto& f) {
    f.write("config_sentence_transformers.json", "{}");
    f.write("0_StaticEmbedding/model.safetensors", table);
    f.write("0_StaticEmbedding/tokenizer.json", "{}");
  }));
  CHECK_FALSE(accepted([&](auto& f) {  // a Sentence Transformer's parts, but no table
    f.write("config_sentence_transformers.json", "{}");
    f.write("model.safetensors", "precious");
    f.write("tokenizer.json", "{}");
  }));
}

TEST_CASE("what cannot be replaced is refused before anything is changed") {
  const TempFolder folder;
  const auto refused = [&](int number) {
    const auto before = names_in(folder.path());
    try {
      save(folder.path(), "new", "");
      FAIL_CHECK("no exception");
    } catch (const IoError& error) {
      CHECK(error.error_number() == number);
    }
    CHECK(names_in(folder.path()) == before);
    CHECK(read_file(folder / "model.safetensors") == "old");
  };
  save(folder.path(), "old", "");
  for (const char* name : {"model.safetensors", "config.json"}) {
    fs::permissions(folder / name, fs::perms::owner_read);
    refused(EACCES);
    fs::permissions(folder / name, fs::perms::owner_write, fs::perm_options::add);
  }
  write_file(folder / "training.json", "it would be removed");
  fs::permissions(folder / "training.json", fs::perms::owner_read);
  refused(EACCES);
  fs::remove(folder / "training.json");
  fs::create_directory(folder / "head.safetensors");
  refused(EISDIR);
  fs::remove(folder / "head.safetensors");
  REQUIRE(::mkfifo((folder / "tokenizer.json").c_str(), 0600) == 0);
  refused(EINVAL);
  fs::remove(folder / "tokenizer.json");
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  refused(EACCES);
  fs::permissions(folder.path(), fs::perms::owner_all);
  save(folder.path(), "new", "");
  CHECK(read_file(folder / "model.safetensors") == "new");
}

TEST_CASE("links in the folder stay links, their targets are replaced") {
  const TempFolder folder;
  write_file(folder / "shared/weights", "old");
  save(folder / "m", "old", "");
  fs::remove(folder / "m/model.safetensors");
  fs::create_symlink("../shared/weights", folder / "m/model.safetensors");
  save(folder / "m", "new", "");
  CHECK(fs::is_symlink(folder / "m/model.safetensors"));
  CHECK(read_file(folder / "shared/weights") == "new");
  CHECK(names_in(folder / "shared") == std::vector<std::string>{"weights"});

  // The record of a save that was broken off follows them as well.
  write_file(folder / "shared/.weights.m2v-aaaaaa", "newer");
  write_file(folder / "m" / SaveRecord::kName,
             R"({"steps": [{"file": "model.safetensors", "from": ".weights.m2v-aaaaaa"}]})");
  CHECK(read(ModelFiles::in_folder(folder / "m"), "model.safetensors") == "newer");
  {
    FolderSave saving(folder / "m", false);
  }
  CHECK(read_file(folder / "shared/weights") == "newer");
  CHECK(fs::is_symlink(folder / "m/model.safetensors"));
}

TEST_CASE("a link into the Hub's cache is not written through") {
  const TempFolder folder;
  write_file(folder / "blobs/0123", "everybody's");
  write_file(folder / "snapshots/main/config.json", kOurs);
  fs::create_symlink("../../blobs/0123", folder / "snapshots/main/model.safetensors");
  CHECK_THROWS_AS(save(folder / "snapshots/main", "new", ""), Error);
  CHECK(read_file(folder / "blobs/0123") == "everybody's");
}

TEST_CASE("targets that cannot be are refused at once") {
  const TempFolder folder;
  write_file(folder / "file", "text");
  fs::create_symlink("nowhere", folder / "dangling");
  REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
  const auto refused = [](const fs::path& target, int number) {
    try {
      const FolderSave saving(target, false);
      FAIL_CHECK("no exception for " << target.string());
    } catch (const IoError& error) {
      CHECK(error.error_number() == number);
    }
  };
  refused(folder / "file", ENOTDIR);
  refused(folder / "file/inside", ENOTDIR);
  refused(folder / "fifo", ENOTDIR);
  refused(folder / "dangling", ENOENT);
  CHECK_THROWS_AS(FolderSave("/", false), std::invalid_argument);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"dangling", "fifo", "file"});
}

TEST_CASE("a folder may be spelled in any way") {
  const TempFolder folder;
  save(folder / "a/.././t/", "1", "");
  CHECK(names_in(folder / "t") == std::vector<std::string>{"config.json", "model.safetensors"});
  fs::create_symlink("t", folder / "link");
  save(folder / "link/", "2", "");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_file(folder / "t/model.safetensors") == "2");
  save(folder / "two words ü\n", "3", "");
  CHECK(read_file(folder / "two words ü\n/model.safetensors") == "3");
  struct stat before{}, after{};
  REQUIRE(::stat((folder / "t").c_str(), &before) == 0);
  save(folder / "t", "4", "");
  REQUIRE(::stat((folder / "t").c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
}
