// dlas: a workbench for the Deep Learning Acceleration Stack. One file per command; command.h has the list.
#include <csignal>
#include <exception>

#include "base/limits.h"
#include "base/text.h"
#include "base/threads.h"
#include "cli/command.h"
#include "dlas_version.h"

namespace dlas::cli {
namespace {

void stop(int) { request_stop(); }

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

int parse_and_run(int argc, char** argv) {
  CLI::App app("dlas: tell whether two models agree on real images, and where they part", "dlas");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Example: dlas diff a.onnx b.tflite --data photos --recipe torchvision --html report.html\n"
      "Exit status: 0 no difference, 1 a difference or fault, 2 usage or input, 3 a bug of dlas");
  app.set_version_flag("--version", std::string("dlas ") + kVersion);
  int status = kAgree, thread_count = 0;
  std::vector<std::string> raised;
  app.add_option("--threads", thread_count, "how many threads; default: all")->check(CLI::Range(1, 1024));
  app.add_option("--limit", raised, "name=value: raise or lower a limit; `dlas limits` lists them");
  bool ready = true;
  // After the options are read and before a command runs.
  app.parse_complete_callback([&] {
    if (auto set = set_globals(thread_count, raised); !set.ok()) {
      status = fail(set.error());
      ready = false;
      throw CLI::Success();
    }
  });
  for (const auto add : {add_show, add_run, add_diff, add_report, add_limits, add_version}) add(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return ready ? app.exit(done) : status;
  } catch (const CLI::ParseError& error) {
    return fail(make_error(Code::usage, "", error.what()).try_this("dlas --help"));
  }
  return status;
}

}  // namespace
}  // namespace dlas::cli

int main(int argc, char** argv) {
  std::signal(SIGINT, dlas::cli::stop);
  std::signal(SIGTERM, dlas::cli::stop);
  try {
    return dlas::cli::parse_and_run(argc, argv);
  } catch (const std::exception& error) {  // nothing of ours throws: memory, or a bug
    return dlas::cli::fail(dlas::make_error(dlas::Code::internal, "no exception", error.what()));
  }
}
