// dlas report: the page of a comparison that was written as JSON.
#include <CLI/CLI.hpp>

#include "base/file.h"
#include "cli/command.h"
#include "report/page.h"
#include "study/compare/json.h"

namespace dlas::cli {
namespace {

Status write_report(const std::string& from, const std::string& to) {
  DLAS_ASSIGN(const std::string text, read_text(from, std::uint64_t{1} << 28));
  auto diff = study::parse_diff(text);
  if (!diff.ok()) return std::move(diff).error().in(from);
  return write_file(to, report::page(*diff));
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  struct Options {
    std::string from, to;
  };
  CLI::App* command = app.add_subcommand("report", "a page for people from the JSON of a comparison");
  auto options = std::make_shared<Options>();
  command->add_option("JSON", options->from, "what `dlas diff --json` wrote")->required();
  command->add_option("-o,--output", options->to, "the HTML file to write")->required();
  command->footer("Examples:\n  dlas report x.json -o x.html");
  command->callback([options, &status] {
    if (auto done = write_report(options->from, options->to); !done.ok()) status = fail(done.error());
  });
}

}  // namespace dlas::cli
