// dlas completion: a script that lets a shell complete commands and options. Made from the declared options, so it cannot
// go out of date.
#include <CLI/CLI.hpp>

#include "cli/command.h"

namespace dlas::cli {
namespace {

std::string options_of(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) out += (out.empty() ? "--" : " --") + name;
  return out;
}

std::string bash_script(const CLI::App& app) {
  std::string names, cases;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names += (names.empty() ? "" : " ") + command->get_name();
    cases += "    " + command->get_name() + ") words='" + options_of(*command) + " " + options_of(app) + "' ;;\n";
  }
  return "# bash: source <(dlas completion)\n"
         "_dlas() {\n"
         "  local words='" +
         names + " " + options_of(app) +
         "' word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in\n" +
         cases +
         "    esac\n"
         "  done\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _dlas dlas\n";
}

}  // namespace

void add_completion(CLI::App& app, int&) {
  CLI::App* command = app.add_subcommand("completion", "a script for bash that completes commands and options");
  command->footer("Example:\n  source <(dlas completion)");
  command->callback([&app] { print(bash_script(app)); });
}

}  // namespace dlas::cli
