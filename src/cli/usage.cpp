#include "cli/usage.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

namespace dlas::cli {
namespace {

using Words = std::vector<std::string>;

// The command that the user meant, for its --help; null when none is named.
const CLI::App* command_of(const CLI::App& app) {
  const auto used = app.get_subcommands();
  return used.empty() ? nullptr : used.front();
}

std::string nearest_of(std::string_view word, const std::set<std::string>& names) {
  return nearest(word, {names.begin(), names.end()});
}

std::optional<Error> wrong_command(const CLI::App& app, const Words& words) {
  std::set<std::string> names;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) names.insert(one->get_name());
  for (const std::string& word : words)
    if (!word.starts_with("-")) return make_error(Code::usage, "a command", "'" + word + "'" + nearest_of(word, names));
  if (words.empty()) return make_error(Code::usage, "a command", "none");
  return std::nullopt;
}

std::optional<Error> unknown_option(const CLI::App& app, const CLI::App* command, const Words& words) {
  std::set<std::string> names;
  for (const CLI::App* one : {command, &app})
    for (const CLI::Option* option : one ? one->get_options() : std::vector<const CLI::Option*>())
      for (const std::string& name : option->get_lnames()) names.insert("--" + name);
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && !names.contains(name))
      return make_error(Code::usage, "an option", "'" + name + "'" + nearest_of(name, names));
  }
  return std::nullopt;
}

// Positionals that are missing: "A and B".
Error missing(const CLI::App& command) {
  std::string names;
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0)
      names += (names.empty() ? "" : " and ") + option->get_name(option->get_positional());
  return make_error(Code::usage, names, "none");
}

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return "";
  const std::size_t end = after.empty() ? text.size() : text.find(after, begin + before.size());
  if (end == std::string_view::npos) return "";
  return std::string(text.substr(begin + before.size(), end - begin - before.size()));
}

// "--images: Value 0 not in range 1 to 9", "--data: 1 required PATH missing", "--top: At Most 1 required but received 2",
// "Could not convert: --seed = abc": the sentences of CLI11 2.
Error wrong_value(const CLI::ParseError& error) {
  const std::string_view text = error.what();
  const std::string option(text.substr(0, text.find(':')));
  if (const std::string range = between(text, " not in range ", ""); !range.empty())
    return make_error(Code::usage, option + " from " + range, between(text, ": Value ", " not in range "));
  if (const std::string name = between(text, "Could not convert: ", " = "); !name.empty())
    return make_error(Code::usage, "a number for " + name, between(text, " = ", ""));
  if (text.find("At Most 1 ") != std::string_view::npos)
    return make_error(Code::usage, option + " once", between(text, "but received ", "") + " times");
  if (text.ends_with(" missing")) return make_error(Code::usage, "a value for " + option, "none");
  return make_error(Code::usage, "", text);
}

Error told(const CLI::App& app, const CLI::App* command, const CLI::ParseError& error, const Words& words) {
  if (!command)
    if (auto wrong = wrong_command(app, words)) return *wrong;
  if (auto unknown = unknown_option(app, command, words)) return *unknown;
  if (command && dynamic_cast<const CLI::RequiredError*>(&error)) return missing(*command);
  if (dynamic_cast<const CLI::ExtrasError*>(&error))
    return make_error(Code::usage, "no more arguments", "'" + between(error.what(), "not expected: ", "") + "'");
  return wrong_value(error);
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& error, const Words& words) {
  const CLI::App* command = command_of(app);
  return told(app, command, error, words).try_this(command ? "dlas " + command->get_name() + " --help" : "dlas --help");
}

}  // namespace dlas::cli
