// dlas convert: a model in another format, and the proof that it still computes the same.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/options.h"
#include "study/convert/check.h"
#include "study/convert/convert.h"
#include "study/convert/probes.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string model, out, keep = "yes";
  std::optional<std::int64_t> opset;
  std::int64_t probes = 3;
  std::uint64_t seed = 1;
  bool explain = false, json = false;
};

nlohmann::ordered_json to_json(const Options& o, const study::Converted& converted,
                               const study::ConversionCheck* check) {
  auto passes = nlohmann::ordered_json::array();
  for (const compiler::PassReport& r : converted.passes)
    passes.push_back({{"pass", r.pass},
                      {"changes", r.outcome.changes.size()},
                      {"left_alone", r.outcome.obstacles.size()},
                      {"nodes_before", r.nodes_before},
                      {"nodes_after", r.nodes_after}});
  nlohmann::ordered_json out = {{"schema", "dlas.convert/1"},           {"model", valid_utf8(o.model)},
                                {"written", valid_utf8(o.out)},         {"format", converted.format},
                                {"bytes", converted.bytes.size()},      {"nodes_before", converted.nodes_before},
                                {"nodes_after", converted.nodes_after}, {"passes", passes}};
  if (check)
    out["check"] = {{"verdict", text(check->verdict)},
                    {"probes", check->probes},
                    {"deviation", check->deviation},
                    {"floor", check->floor},
                    {"output", valid_utf8(check->output)}};
  return out;
}

std::string check_text(const study::ConversionCheck& check) {
  std::string out = fmt::format("{:<12}{}", "check", text(check.verdict));
  if (check.verdict != study::Verdict::identical)
    out += fmt::format(": output '{}' deviates by {:.2g}, explained are {:.2g}", for_terminal(check.output, 60),
                       check.deviation, check.floor);
  return out + fmt::format("  ({} random inputs)\n", check.probes);
}

std::string to_text(const Options& o, const study::Converted& converted, const study::ConversionCheck* check) {
  std::string out = fmt::format("{:<12}{}  {} bytes, {} -> {} nodes\n", converted.format, for_terminal(o.out),
                                converted.bytes.size(), converted.nodes_before, converted.nodes_after);
  for (const compiler::PassReport& r : converted.passes)
    if (!r.outcome.changes.empty() && !o.explain) out += fmt::format("  {:<24}{}\n", r.pass, compiler::headline(r));
  if (o.explain) out += compiler::explain(converted.passes);
  return out + (check ? check_text(*check) : fmt::format("{:<12}not asked for\n", "check"));
}

Result<int> convert(const Options& o) {
  DLAS_TRY(check_destination(o.out, {o.model}));
  DLAS_ASSIGN(Model model, load(o.model));
  const study::ConvertOptions options{o.opset, o.keep == "yes"};
  auto converted = study::convert(model.graph, o.out, options);
  if (!converted.ok()) return std::move(converted).error().in(o.model);
  if (o.probes > 0) DLAS_TRY(study::probe(model.graph, o.seed));  // before anything is written
  DLAS_TRY(deliver(o.out, converted->bytes));
  std::optional<study::ConversionCheck> check;
  if (o.probes > 0) {
    DLAS_ASSIGN(Model written, load(o.out));
    DLAS_ASSIGN(check,
                study::check_conversion(std::move(model), std::move(written), converted->turned, o.probes, o.seed));
  }
  const auto* checked = check ? &*check : nullptr;
  print(o.json ? pretty(to_json(o, *converted, checked)) : to_text(o, *converted, checked));
  return check && check->verdict == study::Verdict::different ? kDifferent : kAgree;
}

void declare(CLI::App& command, Options& o) {
  add_model(command, "FILE", o.model, kModelHelp);
  command.add_option("-o,--output", o.out, "the file to write; its end says the format: .onnx")
      ->required()
      ->type_name("FILE");
  command.add_option("--opset", o.opset, "of ONNX, 13 to 28; without it 17, or a later one that has all operators")
      ->type_name("N");
  command
      .add_option("--keep-io-layout", o.keep,
                  "yes: inputs and outputs keep the order of their axes; no: they get that of the format")
      ->check(CLI::IsMember({"yes", "no"}))
      ->type_name("yes|no")
      ->capture_default_str();
  command.add_option("--probes", o.probes, "random inputs on which both are compared; 0: no comparison")
      ->check(CLI::Range(0, 1000))
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--seed", o.seed, "of the random inputs")->type_name("N")->capture_default_str();
  command.add_flag("--explain", o.explain, "what each pass did to the graph");
  command.add_flag("--json", o.json, "as JSON");
  command.footer(
      "Examples:\n"
      "  dlas convert b.tflite -o b.onnx\n"
      "  dlas convert a.onnx -o older.onnx --opset 13\n"
      "  dlas convert b.tflite -o b.onnx --keep-io-layout no --explain\n"
      "Exit status 0: the file computes the same within rounding or quantisation; 1: it does not; 2: input or usage");
}

}  // namespace

void add_convert(CLI::App& app, int& status) {
  CLI::App* command =
      app.add_subcommand("convert", "write a model in another format and check that it computes the same");
  auto o = std::make_shared<Options>();
  declare(*command, *o);
  command->callback([o, &status] { status = conclude(convert(*o), o->json); });
}

}  // namespace dlas::cli
