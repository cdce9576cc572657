// dlas version: what this build is.
#include <fmt/format.h>

#include "cli/command.h"
#include "dlas_version.h"

namespace dlas::cli {

void add_version(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("version", "version and build of dlas");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "as JSON");
  command->footer("Example: dlas version --json");
  command->callback([as_json] {
    if (*as_json)
      print(pretty({{"dlas", kVersion}, {"compiler", kCompiler}, {"build", kBuildType}, {"target", kTarget}}));
    else print(fmt::format("dlas {} ({}, {}, {})\n", kVersion, kCompiler, kBuildType, kTarget));
  });
}

}  // namespace dlas::cli
