#pragma once

#include <CLI/CLI.hpp>

namespace m2v::cli {

// Each function adds one command, with its options and its help text, to the application. Parsing
// the arguments runs the command that they name.
void add_distill(CLI::App& app);
void add_encode(CLI::App& app);
void add_tokenize(CLI::App& app);
void add_search(CLI::App& app);
void add_fit(CLI::App& app);
void add_predict(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_info(CLI::App& app);
void add_convert(CLI::App& app);
void add_verify(CLI::App& app);
void add_evaluate_sts(CLI::App& app);
void add_evaluate_retrieval(CLI::App& app);
void add_bench(CLI::App& app);
void add_pull(CLI::App& app);
void add_push(CLI::App& app);

}  // namespace m2v::cli
