// dlas report: the page of a comparison that was written as JSON, and its errors for Model Explorer.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "report/overlay.h"
#include "report/page.h"
#include "study/compare/json.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string from, page, overlay;
  bool json = false;
};

Status write_report(const Options& o) {
  if (o.page.empty() && o.overlay.empty())
    return make_error(Code::usage, "-o PAGE.html or --overlay DATA.json", "neither")
        .try_this("dlas report x.json -o x.html");
  if (o.json && (o.page == "-" || o.overlay == "-"))
    return make_error(Code::usage, "--json or a result on standard output", "both");
  for (const std::string& path : {o.page, o.overlay}) DLAS_TRY(check_destination(path, {o.from}));
  DLAS_TRY(check_different({{"-o", o.page}, {"--overlay", o.overlay}}));
  DLAS_ASSIGN(const std::string text, read_text(o.from, std::uint64_t{1} << 28));
  auto diff = study::parse_diff(text);
  if (!diff.ok()) return std::move(diff).error().in(o.from);
  if (!o.page.empty()) DLAS_TRY(deliver(o.page, report::page(*diff)));
  if (!o.overlay.empty()) DLAS_TRY(deliver(o.overlay, pretty(report::overlay(*diff))));
  if (o.json) {
    const auto or_null = [](const std::string& path) {
      return path.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(valid_utf8(path));
    };
    print(pretty({{"schema", "dlas.report/1"},
                  {"comparison", valid_utf8(o.from)},
                  {"verdict", (*diff)["verdict"]},
                  {"page", or_null(o.page)},
                  {"overlay", or_null(o.overlay)}}));
  }
  return {};
}

}  // namespace

void add_report(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("report", "a page for people from the JSON of a comparison");
  auto options = std::make_shared<Options>();
  command->add_option("JSON", options->from, "what `dlas diff --json` wrote")->required();
  command->add_option("-o,--output", options->page, "the HTML file to write; - for standard output")->type_name("FILE");
  command->add_option("--overlay", options->overlay, "write the errors as node data for Model Explorer")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "say as JSON what was written");
  command->footer("Examples:\n  dlas report x.json -o x.html\n  dlas report x.json --overlay x.nodes.json");
  command->callback([options, &status] { status = conclude(write_report(*options), options->json); });
}

}  // namespace dlas::cli
