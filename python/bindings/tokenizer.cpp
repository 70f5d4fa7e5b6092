#include "m2v/tokenizer.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "bindings/convert.h"
#include "bindings/modules.h"

namespace m2v::python {
namespace {

nb::object list_of(std::span<const std::uint32_t> ids) {
  const nb::object list = nb::steal(PyList_New(static_cast<Py_ssize_t>(ids.size())));
  for (std::size_t i = 0; list.is_valid() && i < ids.size(); ++i) {
    PyList_SetItem(list.ptr(), static_cast<Py_ssize_t>(i), PyLong_FromUnsignedLong(ids[i]));
  }
  if (!list.is_valid()) throw nb::python_error();
  return list;
}

TokenIds without(std::uint32_t unwanted, const TokenIds& ids) {
  TokenIds result;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::ranges::copy_if(ids[i], std::back_inserter(result.ids),
                         [&](std::uint32_t id) { return id != unwanted; });
    result.offsets.push_back(result.ids.size());
  }
  return result;
}

TokenIds encode_all(const Tokenizer& tokenizer, const TextList& list,
                    std::optional<std::size_t> max_tokens, bool drop_unknown) {
  return without_gil([&] {
    TokenIds ids = tokenizer.encode(list.texts(), limit(max_tokens));
    const std::optional<std::uint32_t> unknown = tokenizer.unknown_id();
    return drop_unknown && unknown ? without(*unknown, ids) : std::move(ids);
  });
}

nb::list encode_lists(const Tokenizer& tokenizer, nb::handle sentences,
                      std::optional<std::size_t> max_tokens, bool drop_unknown) {
  const TokenIds ids =
      encode_all(tokenizer, TextList(sentences, "sentences"), max_tokens, drop_unknown);
  nb::list result;
  for (std::size_t i = 0; i < ids.size(); ++i) result.append(list_of(ids[i]));
  return result;
}

nb::tuple encode_flat(const Tokenizer& tokenizer, nb::handle sentences,
                      std::optional<std::size_t> max_tokens) {
  TokenIds ids = encode_all(tokenizer, TextList(sentences, "sentences"), max_tokens, true);
  std::vector<std::int64_t> offsets(ids.offsets.begin(), ids.offsets.end());
  const std::size_t count = ids.ids.size(), begins = offsets.size();
  return nb::make_tuple(to_numpy(std::move(ids.ids), {count}),
                        to_numpy(std::move(offsets), {begins}));
}

nb::object or_none(const std::optional<std::uint32_t>& value) {
  return value ? nb::cast(*value) : nb::none();
}

/// Returns a dictionary with one list for each attribute of the package's Encoding, or with the ids
/// only.
nb::dict columns_of(const std::vector<EncodedToken>& tokens, bool ids_only) {
  nb::dict columns;
  std::vector<std::uint32_t> ids;
  ids.reserve(tokens.size());
  for (const EncodedToken& token : tokens) ids.push_back(token.id);
  columns["ids"] = nb::cast(ids);
  if (ids_only) return columns;
  nb::list type_ids, special, sequences, texts, offsets, words;
  for (const EncodedToken& token : tokens) {
    type_ids.append(token.type_id);
    special.append(token.special ? 1 : 0);
    sequences.append(or_none(token.sequence));
    texts.append(nb::str(token.text.data(), token.text.size()));
    offsets.append(nb::make_tuple(token.begin, token.end));
    words.append(or_none(token.word));
  }
  columns["type_ids"] = type_ids;
  columns["special_tokens_mask"] = special;
  columns["sequence_ids"] = sequences;
  columns["tokens"] = texts;
  columns["offsets"] = offsets;
  columns["word_ids"] = words;
  return columns;
}

EncodingOptions encoding_options(const nb::object& truncation, bool special, bool ids_only) {
  EncodingOptions options{.add_special_tokens = special, .ids_only = ids_only};
  if (truncation.is_none()) return options;
  const auto strategy = nb::cast<std::string>(truncation["strategy"]);
  options.max_tokens = nb::cast<std::size_t>(truncation["max_length"]);
  options.truncate_left = nb::cast<std::string>(truncation["direction"]) == "left";
  if (strategy == "only_first") options.strategy = TruncationStrategy::kOnlyFirst;
  if (strategy == "only_second") options.strategy = TruncationStrategy::kOnlySecond;
  return options;
}

/// Encodes texts, or pairs of texts if `pairs` is not None. Each item is the result of
/// columns_of().
nb::list encodings(const Tokenizer& tokenizer, nb::handle texts, const nb::object& pairs,
                   const nb::object& truncation, bool special, bool ids_only) {
  const TextList first(texts, "input");
  const std::optional<TextList> second =
      pairs.is_none() ? std::nullopt : std::make_optional<TextList>(pairs, "pair");
  if (second && second->texts().size() != first.texts().size()) {
    throw nb::value_error("the numbers of texts and pairs differ");
  }
  const EncodingOptions options = encoding_options(truncation, special, ids_only);
  nb::list result;
  for (std::size_t i = 0; i < first.texts().size(); ++i) {
    const auto pair = second ? std::make_optional(second->texts()[i]) : std::nullopt;
    const std::vector<EncodedToken> tokens =
        without_gil([&] { return tokenizer.encoding(first.texts()[i], pair, options); });
    result.append(columns_of(tokens, ids_only));
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  }
  return result;
}

nb::list decode(const Tokenizer& tokenizer, const std::vector<std::vector<std::uint32_t>>& lists,
                bool skip_special_tokens) {
  nb::list result;
  for (const auto& ids : lists) {
    const std::string text = tokenizer.decode(ids, skip_special_tokens);
    result.append(nb::str(text.data(), text.size()));
  }
  return result;
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

}  // namespace

void bind_tokenizer(nb::module_& module) {
  nb::class_<Tokenizer>(module, "Tokenizer")
      .def_static("load", &Tokenizer::load, nb::arg("path"))
      .def_static(
          "from_json",
          [](nb::handle json, const std::string& name) {
            return Tokenizer::from_json(characters(json, "json"), name);
          },
          nb::arg("json"), nb::arg("name") = "tokenizer.json")
      .def("encode", &encode_lists, nb::arg("sentences"), nb::arg("max_tokens").none(),
           nb::arg("drop_unknown"))
      .def("encode_flat", &encode_flat, nb::arg("sentences"), nb::arg("max_tokens").none())
      .def("encodings", &encodings, nb::arg("texts"), nb::arg("pairs").none(),
           nb::arg("truncation").none(), nb::arg("add_special_tokens"), nb::arg("ids_only"))
      .def("special_tokens_around", &Tokenizer::special_token_count, nb::arg("pair"))
      .def("decode", &decode, nb::arg("lists"), nb::arg("skip_special_tokens"))
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
            return tokenizer.id(characters(token, "token"));
          },
          nb::arg("token"))
      .def_prop_ro("vocabulary_size", &Tokenizer::vocabulary_size)
      .def_prop_ro("unknown_id", &Tokenizer::unknown_id)
      .def_prop_ro("model_type",
                   [](const Tokenizer& tokenizer) { return std::string(tokenizer.model_type()); });
}

}  // namespace m2v::python
