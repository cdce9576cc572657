// What the commands share: how one is added, how it ends, how an error looks.
//
// A command is one file with one function of the list below: it declares its options on `app` and leaves its exit status in
// `status` when it runs. Exit status: 0 no difference or success, 1 a difference or fault was found, 2 usage or input
// error, 3 an error of our own, 130 stopped by the user.
//
// In this folder: destination.h (where results go), options.h (options that several commands have). What a command does
// with a model lies in src/study.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"

// CLI11 and the JSON library take seconds to compile; only the files that use them include them.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dlas::cli {

enum Exit { kAgree = 0, kDifferent = 1, kInput = 2, kBug = 3, kStopped = 130 };

void add_show(CLI::App& app, int& status);
void add_run(CLI::App& app, int& status);
void add_diff(CLI::App& app, int& status);
void add_bench(CLI::App& app, int& status);
void add_compile(CLI::App& app, int& status);
void add_convert(CLI::App& app, int& status);
void add_localize(CLI::App& app, int& status);
void add_map(CLI::App& app, int& status);
void add_report(CLI::App& app, int& status);
void add_recipes(CLI::App& app, int& status);
void add_repair(CLI::App& app, int& status);
void add_simulate(CLI::App& app, int& status);
void add_limits(CLI::App& app, int& status);
void add_completion(CLI::App& app, int& status);
void add_version(CLI::App& app, int& status);

// Prints `dlas: message` and, when there is one, `      try: remedy` to standard error; gives the exit status of its kind.
// With `json` also the fields, as an object of schema dlas.error/1 on standard output.
int fail(const Error& error, bool json = false);
// The fields of an error as that JSON.
std::string error_json(const Error& error);
// The messages of all problems that a reader found in a file, the first included.
std::vector<std::string> problems_of(const Error& error);
// The status of a command that is done.
int conclude(const Result<int>& done, bool json = false);
int conclude(const Status& done, bool json = false);

// What the user typed, quoted for a shell where that is needed: for records. `remember` is called once, by main.
void remember(int argc, char** argv);
const std::string& typed();

// One line on standard error that is no error: what was assumed.
void remark(std::string_view text);

// Standard output; `pretty` JSON ends with a line break.
void print(std::string_view text);
std::string pretty(const nlohmann::ordered_json& json);
// Errors: io when standard output could not be written: a full disk behind `>`.
Status flush_output();

}  // namespace dlas::cli
