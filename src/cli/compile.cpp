// dlas compile: what the passes make of a graph, and why each did what it did.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/destination.h"
#include "cli/graph_file.h"
#include "cli/options.h"
#include "cli/sizes.h"
#include "compiler/compiler.h"
#include "model/executor/fold.h"
#include "model/format/format.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string model, out, passes;
  std::vector<std::string> sizes;
  int level = compiler::kDefaultLevel;
  bool explain = false, json = false;
};

struct Compiled {
  const Options& options;
  const compiler::Pipeline& pipeline;
  const compiler::Optimised& optimised;
  std::size_t nodes = 0;  // of the model
};

nlohmann::ordered_json remarks(const std::vector<compiler::Remark>& list) {
  auto out = nlohmann::ordered_json::array();
  for (const compiler::Remark& r : list) out.push_back({{"node", valid_utf8(r.node)}, {"text", valid_utf8(r.text)}});
  return out;
}

nlohmann::ordered_json to_json(const Compiled& c) {
  auto passes = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < c.optimised.reports.size(); ++i) {
    const compiler::PassReport& r = c.optimised.reports[i];
    passes.push_back({{"pass", r.pass},
                      {"settings", c.pipeline.steps[i].settings},
                      {"milliseconds", r.seconds * 1e3},
                      {"nodes_before", r.nodes_before},
                      {"nodes_after", r.nodes_after},
                      {"changes", remarks(r.outcome.changes)},
                      {"left_alone", remarks(r.outcome.obstacles)},
                      {"absent", valid_utf8(r.outcome.absent)}});
  }
  return {{"schema", "dlas.compile/1"},
          {"model", valid_utf8(c.options.model)},
          {"level", c.options.level},
          {"pipeline", text(c.pipeline)},
          {"hash", text(hash_of(c.pipeline))},
          {"nodes_before", c.nodes},
          {"nodes_after", c.optimised.graph.nodes().size()},
          {"passes", passes}};
}

std::string to_text(const Compiled& c) {
  std::string out = fmt::format("{}  level {}{}\n", for_terminal(c.options.model), c.options.level,
                                c.options.passes.empty() ? "" : "  " + for_terminal(c.options.passes));
  out += fmt::format("{:<12}{}\n{:<12}{}\n", "pipeline", text(c.pipeline), "hash", text(hash_of(c.pipeline)));
  if (c.options.explain) {
    out += compiler::explain(c.optimised.reports);
  } else {
    for (const compiler::PassReport& r : c.optimised.reports)
      out += fmt::format("{:<30} {:>8.2f} ms  {}\n", r.pass, r.seconds * 1e3, compiler::headline(r));
  }
  return out + fmt::format("{:<12}{} -> {}\n", "nodes", c.nodes, c.optimised.graph.nodes().size());
}

Status check_out(const Options& o) {
  DLAS_TRY(check_destination(o.out, {o.model}));
  const std::string kind = extension_of(o.out);
  if (o.out.empty() || kind == ".svg" || kind == ".dot" || kind == ".txt") return {};
  return make_error(Code::usage, "-o with a name that ends in .svg, .dot or .txt", o.out);
}

Status compile(const Options& o) {
  DLAS_TRY(check_out(o));
  DLAS_ASSIGN(const auto sizes, sizes_of(o.sizes));
  DLAS_ASSIGN(const compiler::Pipeline pipeline,
              compiler::switched(compiler::pipeline_of(o.level), compiler::split_changes(o.passes)));
  DLAS_ASSIGN(Model model, load(o.model));
  if (!sizes.empty())
    if (auto bound = bind_sizes(model.graph, sizes); !bound.ok()) return std::move(bound).error().in(o.model);
  auto optimised = compiler::optimise(model.graph, pipeline);
  if (!optimised.ok()) return std::move(optimised).error().in(o.model);
  if (!o.out.empty()) DLAS_TRY(write_graph(optimised->graph, o.out, true));
  const Compiled compiled{o, pipeline, *optimised, model.graph.nodes().size()};
  print(o.json ? pretty(to_json(compiled)) : to_text(compiled));
  return {};
}

}  // namespace

void add_compile(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("compile", "what the compiler's passes make of a model, and why");
  auto o = std::make_shared<Options>();
  add_model(*command, "FILE", o->model, kModelHelp);
  command
      ->add_option("--level", o->level,
                   "0 least, 1 fusion, 2 constants, 3 all that keeps the numbers, 4 also fast math")
      ->check(CLI::Range(0, compiler::kHighestLevel))
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--passes", o->passes, "switch passes on and off: +fast_math,-choose_layout")->type_name("LIST");
  add_size_option(*command, o->sizes);
  command->add_flag("--explain", o->explain, "what each pass changed, node by node, and what it left alone and why");
  command->add_option("-o,--out", o->out, "write the graph: a picture .svg, Graphviz .dot, or .txt")->type_name("FILE");
  command->add_flag("--json", o->json, "as JSON, every remark included");
  command->footer(
      "Examples:\n"
      "  dlas compile a.onnx\n"
      "  dlas compile a.onnx --level 4 --passes=-fast_math,'+choose_layout(layout=NCHW)' --explain\n"
      "  dlas compile a.onnx --size batch=4 -o optimised.txt\n"
      "  dlas compile b.tflite --json");
  command->callback([o, &status] { status = conclude(compile(*o), o->json); });
}

}  // namespace dlas::cli
