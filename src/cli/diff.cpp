// dlas diff: do two models agree, how surely, and where do they part?
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "report/page.h"
#include "study/compare/diff.h"
#include "study/compare/json.h"

namespace dlas::cli {
namespace {

struct Options {
  std::string a, b, data, inputs, recipe, recipe_a, recipe_b, html, json;
  study::DiffOptions diff;
};

std::string side_line(const char* which, const study::SideReport& side, const study::Difference& d) {
  std::string line = fmt::format("{}  {}\n", which, for_terminal(side.name));
  if (d.labelled)
    line += fmt::format("   accuracy {:.2f} % (95 %: {:.2f} to {:.2f} %)\n",
                        100.0 * static_cast<double>(side.correct) / static_cast<double>(d.images),
                        side.accuracy.low * 100, side.accuracy.high * 100);
  if (side.milliseconds.count > 0)
    line += fmt::format("   time     {} ms an image (median; 95 %: {} to {})\n", significant(side.milliseconds.value),
                        significant(side.milliseconds.interval.low), significant(side.milliseconds.interval.high));
  return line;
}

std::string summary(const study::Difference& d) {
  std::string out = side_line("A", d.a, d) + side_line("B", d.b, d);
  if (d.classifies) {
    out += fmt::format("labels    {} of {} images differ: {:.2f} % (95 %: {:.2f} to {:.2f} %), {} of them near ties\n",
                       d.differ, d.images, 100.0 * static_cast<double>(d.differ) / static_cast<double>(d.images),
                       d.rate.low * 100, d.rate.high * 100, d.near_ties);
    out += fmt::format("scores    differ by at most {}, {} in the mean; top-5 overlap {:.4f}\n",
                       significant(d.logit_largest), significant(d.logit_mean), d.overlap);
  }
  if (d.labelled)
    out += fmt::format("accuracy  {} right in A alone, {} in B alone: McNemar p = {}\n", d.only_a, d.only_b,
                       significant(d.mcnemar));
  out += fmt::format("values    {} aligned\n", d.values.size());
  if (d.first_divergence) {
    const study::ValuePair& v = d.values[*d.first_divergence];
    out +=
        fmt::format("first divergence  {} ({}) and {} ({}): relative error {}, explained {}\n", for_terminal(v.name_a),
                    v.op_a, for_terminal(v.name_b), v.op_b, significant(v.relative), significant(v.floor));
  }
  for (const std::string& note : d.notes) out += "note      " + for_terminal(note) + "\n";
  return out + "verdict   " + std::string(text(d.verdict)) + "\n";
}

Result<study::Difference> compare(const Options& o) {
  if (o.data.empty() == o.inputs.empty())
    return make_error(Code::usage, "either --data or --inputs", o.data.empty() ? "none" : "both");
  DLAS_ASSIGN(const auto executor_a, open_model(o.a));
  DLAS_ASSIGN(const auto executor_b, open_model(o.b));
  study::Side a{o.a, executor_a.get(), {}}, b{o.b, executor_b.get(), {}};
  if (!o.inputs.empty()) {
    DLAS_ASSIGN(const auto arrays, data::read_arrays(o.inputs));
    return study::diff_tensors(a, b, arrays);
  }
  const Graph &graph_a = executor_a->graph(), &graph_b = executor_b->graph();
  DLAS_ASSIGN(data::Recipe recipe_a, recipe_for(o.recipe_a.empty() ? o.recipe : o.recipe_a, o.a, graph_a));
  DLAS_ASSIGN(data::Recipe recipe_b, recipe_for(o.recipe_b.empty() ? o.recipe : o.recipe_b, o.b, graph_b));
  a.recipe = study::with_input_layout(std::move(recipe_a), graph_a);
  b.recipe = study::with_input_layout(std::move(recipe_b), graph_b);
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(o.data));
  return study::diff(a, b, dataset, o.diff);
}

Result<int> compare_and_write(const Options& o) {
  DLAS_ASSIGN(const study::Difference difference, compare(o));
  const std::string json = pretty(study::to_json(difference));
  if (!o.html.empty()) {
    DLAS_ASSIGN(const nlohmann::json parsed, study::parse_diff(json));
    DLAS_TRY(write_file(o.html, report::page(parsed)));
  }
  if (o.json == "-") {
    print(json);
  } else {
    if (!o.json.empty()) DLAS_TRY(write_file(o.json, json));
    print(summary(difference));
  }
  return difference.verdict == study::Verdict::different ? kDifferent : kAgree;
}

void declare(CLI::App& command, Options& o) {
  command.add_option("A", o.a, "a model: .onnx or .tflite")->required();
  command.add_option("B", o.b, "the model to compare with it")->required();
  command.add_option("--data", o.data, "pictures: a folder, IDX, CIFAR, a list.csv");
  command.add_option("--inputs", o.inputs, "tensors instead of pictures: .npz, or .npy for one input");
  command.add_option("--recipe", o.recipe, "how a picture becomes the input, for both: a preset or words");
  command.add_option("--recipe-a", o.recipe_a, "the same for A alone");
  command.add_option("--recipe-b", o.recipe_b, "the same for B alone");
  command.add_option("--images", o.diff.images, "how many pictures")
      ->check(CLI::Range(1, 100'000'000))
      ->capture_default_str();
  command.add_option("--seed", o.diff.seed, "which of them")->capture_default_str();
  command.add_option("--curve", o.diff.curve, "pictures for the error curve")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--html", o.html, "write a page for people");
  command.add_option("--json", o.json, "write the figures as JSON; - for standard output");
  command.footer(
      "Example: dlas diff a.onnx b.tflite --data photos --recipe 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) "
      "norm(imagenet)' --html report.html");
}

}  // namespace

void add_diff(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("diff", "do two models agree on real images, and where do they part?");
  auto options = std::make_shared<Options>();
  declare(*command, *options);
  command->callback([options, &status] {
    const auto done = compare_and_write(*options);
    status = done.ok() ? *done : fail(done.error());
  });
}

}  // namespace dlas::cli
