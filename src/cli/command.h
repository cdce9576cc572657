// What the commands share: how one is added, how it ends, how an error looks, and options that several have.
//
// A command is one file with one function of the list below: it declares its options on `app` and leaves its exit status in
// `status` when it runs. Exit status: 0 no difference or success, 1 a difference or fault was found, 2 usage or input
// error, 3 an error of our own.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "data/recipe.h"
#include "model/executor/executor.h"
#include "model/op/traits.h"

namespace dlas::cli {

enum Exit { kAgree = 0, kDifferent = 1, kInput = 2, kBug = 3 };

void add_show(CLI::App& app, int& status);
void add_run(CLI::App& app, int& status);
void add_diff(CLI::App& app, int& status);
void add_report(CLI::App& app, int& status);
void add_limits(CLI::App& app, int& status);
void add_version(CLI::App& app, int& status);

// Prints `dlas: message` and, when there is one, `      try: remedy` to standard error; the exit status of its kind.
int fail(const Error& error);

// Standard output; `pretty` JSON ends with a line break.
void print(std::string_view text);
std::string pretty(const nlohmann::ordered_json& json);

// A model file ready to run on one picture at a time: unknown sizes of inputs become 1.
// Errors: of reading the file and of making the executor, naming the file.
Result<std::unique_ptr<Executor>> open_model(const std::string& path, Traits traits = {});

// `--kernels`: whose quantised arithmetic.  Errors: usage; with the names there are.
Result<Traits> traits_of(const std::string& kernels);

// A recipe, or the name of a preset with the size of the model's input.  Errors: usage; with the list of presets when
// `text` is empty.
Result<data::Recipe> recipe_for(const std::string& text, const std::string& model, const Graph& graph);

}  // namespace dlas::cli
