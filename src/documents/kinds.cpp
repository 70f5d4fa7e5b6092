#include "documents/kinds.h"

#include <algorithm>
#include <string>

namespace m2v::documents {
namespace {

struct Names {
  Kind kind;
  std::string_view names;  // in lowercase, each with a space on both sides
};

constexpr Names kExtensions[] = {
    {Kind::kText, " adoc asciidoc log org rst srt tex text txt vtt "},
    {Kind::kMarkdown, " markdown md mdx qmd rmd "},
    {Kind::kHtml, " htm html xhtml "},
    {Kind::kJsonLines, " jsonl ndjson "},
    {Kind::kCsv, " csv "},
    {Kind::kTsv, " tsv "},
    {Kind::kPdf, " pdf "},
    {Kind::kCode,
     " asm bash bat bzl c cc cfg cjs clj cljs cmake conf cpp cs css cu cxx dart el erl ex exs f "
     "f90 "
     "fish fs go gradle graphql groovy h hh hpp hrl hs hxx ini inl ipp java jl js json json5 jsx "
     "kt "
     "kts less lisp lua m mjs mk ml mli mm nim nix pas php pl pm properties proto ps1 py pyi pyx r "
     "rb rs s sass scala scm scss sh sql sv svelte swift tcl tf thrift toml ts tsx v vb vhd vim "
     "vue "
     "xml yaml yml zig zsh "},
};

constexpr Names kWholeNames[] = {
    {Kind::kText,
     " authors changelog changes contributing contributors copying faq install license news notice "
     "readme todo "},
    {Kind::kCode, " cmakelists.txt dockerfile gemfile jenkinsfile makefile rakefile vagrantfile "},
};

template <std::size_t N>
std::optional<Kind> find(const Names (&table)[N], const std::string& name) {
  if (name.find(' ') != std::string::npos) return std::nullopt;
  const std::string key = " " + name + " ";
  for (const Names& names : table) {
    if (names.names.find(key) != std::string_view::npos) return names.kind;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Kind> kind_of(std::string_view file_name) {
  std::string name(file_name);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  if (const auto kind = find(kWholeNames, name)) return kind;
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos ? std::nullopt : find(kExtensions, name.substr(dot + 1));
}

}  // namespace m2v::documents
