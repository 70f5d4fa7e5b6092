#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "model/folder_save.h"
#include "model/model_files.h"
#include "model/model_names.h"
#include "support/temp_folder.h"

using namespace m2v;

namespace {

/// All files say which save they are of; every second save has a head.
void save(const std::filesystem::path& folder, std::size_t number) {
  const std::string text = std::to_string(number);
  model::FolderSave saving(folder, false);
  saving.add("model.safetensors", text + std::string(100 * (number % 50), ' '));
  if (number % 2 == 0) saving.add("head.safetensors", text);
  saving.add("tokenizer.json", text);
  saving.add("config.json", R"({"model_type": "model2vec", "number": ")" + text + "\"}");
  saving.commit();
}

/// Empty if all files are of the same save.
std::string mixture(const model::ModelFiles& files) {
  const std::string number(files.open("tokenizer.json").view());
  const std::string tensors(files.open("model.safetensors").view());
  const std::string config(files.open("config.json").view());
  if (tensors.substr(0, tensors.find(' ')) != number ||
      config.find('"' + number + '"') == std::string::npos) {
    return number + " " + tensors.substr(0, 10) + " " + config;
  }
  const bool has_head = std::stoul(number) % 2 == 0;
  if (files.has("head.safetensors") != has_head) return number + " with the other's head";
  if (has_head && files.open("head.safetensors").view() != number) return "another's head";
  return {};
}

}  // namespace

TEST_CASE("a reader sees one save, while two save and others read") {
  constexpr std::size_t kSaves = 150;
  const test::TempFolder temporary;
  const auto folder = temporary / "model";
  save(folder, 0);
  std::atomic<std::size_t> saving{2}, read{0};
  std::atomic<bool> failed{false};
  std::vector<std::string> problems(3);
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::size_t i = 1; i <= kSaves && !failed; ++i) save(folder, 2 * i + writer);
      --saving;
    });
  }
  for (std::string& problem : problems) {
    threads.emplace_back([&] {
      while (saving > 0 && problem.empty()) {
        try {
          problem = mixture(model::ModelFiles::in_folder(folder));
        } catch (const std::exception& error) {
          problem = error.what();
        }
        ++read;
      }
      failed = failed || !problem.empty();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& problem : problems) CHECK(problem == "");
  CHECK(read > 0);
  CHECK(test::names_in(temporary.path()) == std::vector<std::string>{"model"});
  for (const std::string& name : test::names_in(folder)) CHECK_FALSE(name.starts_with('.'));
}
