#include "m2v/tokenizer.h"

#include "bindings/convert.h"
#include "bindings/modules.h"

namespace m2v::python {
namespace {

nb::list encode(const Tokenizer& tokenizer, nb::handle sentences,
                std::optional<std::size_t> max_tokens, bool drop_unknown) {
  const TextList list(sentences);
  const auto unknown = drop_unknown ? tokenizer.unknown_id() : std::nullopt;
  std::vector<std::uint32_t> ids;
  nb::list result;
  for (const std::string_view text : list.texts()) {
    ids.clear();
    tokenizer.encode(text, ids, limit(max_tokens));
    if (unknown) std::erase(ids, *unknown);
    result.append(nb::cast(ids));
  }
  return result;
}

/// The ids of all texts one behind the other, and where each text's begin.
nb::tuple encode_flat(const Tokenizer& tokenizer, nb::handle sentences,
                      std::optional<std::size_t> max_tokens) {
  const TextList list(sentences);
  std::vector<std::uint32_t> ids;
  std::vector<std::int64_t> offsets{0};
  {
    const nb::gil_scoped_release released;
    const auto unknown = tokenizer.unknown_id();
    std::vector<std::uint32_t> some;
    for (const std::string_view text : list.texts()) {
      some.clear();
      tokenizer.encode(text, some, limit(max_tokens));
      if (unknown) std::erase(some, *unknown);
      ids.insert(ids.end(), some.begin(), some.end());
      offsets.push_back(static_cast<std::int64_t>(ids.size()));
    }
  }
  const std::size_t count = ids.size(), begins = offsets.size();
  return nb::make_tuple(to_numpy(std::move(ids), {count}), to_numpy(std::move(offsets), {begins}));
}

nb::list tokens(const Tokenizer& tokenizer) {
  nb::list result;
  for (std::uint32_t id = 0; id < tokenizer.id_limit(); ++id) {
    if (const auto token = tokenizer.token(id)) {
      result.append(nb::make_tuple(nb::str(token->data(), token->size()), id));
    }
  }
  return result;
}

nb::list encode_with_offsets(const Tokenizer& tokenizer, nb::handle text) {
  nb::list result;
  for (const Token& token : tokenizer.encode_with_offsets(characters(text))) {
    result.append(nb::make_tuple(token.id, token.begin, token.end));
  }
  return result;
}

}  // namespace

void bind_tokenizer(nb::module_& module) {
  nb::class_<Tokenizer>(module, "Tokenizer")
      .def_static("load", &Tokenizer::load, nb::arg("path"))
      .def_static(
          "from_json",
          [](nb::handle json, const std::string& name) {
            return Tokenizer::from_json(characters(json), name);
          },
          nb::arg("json"), nb::arg("name") = "tokenizer.json")
      .def("encode", &encode, nb::arg("sentences"), nb::arg("max_tokens").none(),
           nb::arg("drop_unknown"))
      .def("encode_flat", &encode_flat, nb::arg("sentences"), nb::arg("max_tokens").none())
      .def("encode_with_offsets", &encode_with_offsets, nb::arg("text"))
      .def(
          "encode_with_special_tokens",
          [](const Tokenizer& tokenizer, nb::handle text) {
            return tokenizer.encode_with_special_tokens(characters(text));
          },
          nb::arg("text"))
      .def("tokens", &tokens)
      .def(
          "token",
          [](const Tokenizer& tokenizer, std::uint32_t id) -> nb::object {
            const auto token = tokenizer.token(id);
            if (!token) return nb::none();
            return nb::str(token->data(), token->size());
          },
          nb::arg("id"))
      .def(
          "id",
          [](const Tokenizer& tokenizer, nb::handle token) {
            return tokenizer.id(characters(token));
          },
          nb::arg("token"))
      .def_prop_ro("vocabulary_size", &Tokenizer::vocabulary_size)
      .def_prop_ro("unknown_id", &Tokenizer::unknown_id)
      .def_prop_ro("model_type",
                   [](const Tokenizer& tokenizer) { return std::string(tokenizer.model_type()); });
}

}  // namespace m2v::python
