// dlas limits: every budget, its value and what it is for.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "cli/command.h"

namespace dlas::cli {
namespace {

void show_limits(bool as_json) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::string lines;
  for (const LimitEntry& entry : limit_table()) {
    json[std::string(entry.name)] = limits().*entry.field;
    lines += fmt::format("{:18} {:>16}  {}\n", entry.name, limits().*entry.field, entry.meaning);
  }
  print(as_json ? pretty({{"schema", "dlas.limits/1"}, {"limits", json}}) : lines);
}

}  // namespace

void add_limits(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("limits", "the budgets that protect against hostile files");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "as JSON");
  command->footer("Examples:\n  dlas limits\n  dlas --limit nodes=2000000 show a.onnx");
  command->callback([as_json] { show_limits(*as_json); });
}

}  // namespace dlas::cli
