// dlas: a workbench for the Deep Learning Acceleration Stack. One file per command; command.h has the list.
#include <CLI/CLI.hpp>

#include <exception>
#include <new>

#include "base/limits.h"
#include "base/text.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/stop.h"
#include "cli/usage.h"
#include "dlas_version.h"

namespace dlas::cli {
namespace {

Status set_limit(const std::string& text) {
  const std::size_t equal = text.find('=');
  const std::string name = text.substr(0, equal);
  std::vector<std::string_view> names;
  for (const LimitEntry& entry : limit_table()) {
    names.push_back(entry.name);
    if (entry.name != name) continue;
    const auto value = equal == std::string::npos ? std::nullopt : parse_int(text.substr(equal + 1));
    if (!value || *value < 0) return make_error(Code::usage, "--limit name=number", text).try_this("dlas limits");
    limits().*entry.field = static_cast<std::uint64_t>(*value);
    return {};
  }
  return make_error(Code::usage, "the name of a limit", name + nearest(name, names)).try_this("dlas limits");
}

Status set_globals(int thread_count, const std::vector<std::string>& raised) {
  if (thread_count > 0) set_threads(thread_count);
  for (const std::string& text : raised) DLAS_TRY(set_limit(text));
  return {};
}

// Whether errors are wanted as JSON on standard output: --json, or --json - where the option takes a file.
bool wants_json(const std::vector<std::string>& words) {
  const auto found = std::ranges::find(words, "--json");
  if (found == words.end()) return false;
  const bool takes_file =
      std::ranges::any_of(words, [](const std::string& w) { return w == "diff" || w == "localize" || w == "repair"; });
  return !takes_file || (found + 1 != words.end() && *(found + 1) == "-");
}

int parse_and_run(int argc, char** argv) {
  remember(argc, argv);
  CLI::App app("dlas: tell whether two models agree on real images, and where they part", "dlas");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Example: dlas diff a.onnx b.tflite --data photos --recipe torchvision --html report.html\n"
      "Exit status: 0 no difference, 1 a difference or fault, 2 usage or input, 3 a bug of dlas, 130 stopped");
  app.set_version_flag("--version", std::string("dlas ") + kVersion);
  int status = kAgree, thread_count = 0;
  std::vector<std::string> raised;
  app.add_option("--threads", thread_count, "how many threads; default: all")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  app.add_option("--limit", raised, "name=value: raise or lower a limit; `dlas limits` lists them")
      ->type_name("LIMIT")
      ->allow_extra_args(false);
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool json = wants_json(words);
  heed_signals(json);
  bool ready = true;
  // After the options are read and before a command runs.
  app.parse_complete_callback([&] {
    if (auto set = set_globals(thread_count, raised); !set.ok()) {
      status = fail(set.error(), json);
      ready = false;
      throw CLI::Success();
    }
  });
  for (const auto add : {add_show, add_run, add_diff, add_bench, add_compile, add_convert, add_localize, add_map,
                         add_report, add_recipes, add_repair, add_simulate, add_limits, add_completion, add_version})
    add(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    if (ready) app.exit(done);
  } catch (const CLI::ParseError& error) {
    return fail(usage_error(app, error, words), json);
  }
  if (auto written = flush_output(); !written.ok()) return fail(written.error());
  return status;
}

}  // namespace
}  // namespace dlas::cli

int main(int argc, char** argv) {
  try {
    return dlas::cli::parse_and_run(argc, argv);
  } catch (const std::bad_alloc&) {
    return dlas::cli::fail(dlas::make_error(dlas::Code::limit, "enough memory", "none left"));
  } catch (const std::exception& error) {  // nothing of ours throws
    return dlas::cli::fail(dlas::make_error(dlas::Code::internal, "no exception", error.what()));
  }
}
