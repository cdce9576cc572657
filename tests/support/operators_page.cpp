#include "support/operators_page.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "model/format/onnx/operators.h"
#include "model/op/list.h"

namespace dlas::testing {
namespace {

struct Tally {
  std::size_t passed = 0, refused = 0, wrong = 0;
  void add(Verdict verdict) {
    passed += verdict == Verdict::passed;
    refused += verdict == Verdict::refused;
    wrong += verdict == Verdict::wrong;
  }
  std::size_t all() const { return passed + refused + wrong; }
};

using Tallies = std::map<std::string, Tally>;

Tallies by_operator(const std::vector<OnnxOutcome>& outcomes) {
  Tallies tallies;
  for (const OnnxOutcome& o : outcomes)
    for (const std::string& name : o.subject->operators) tallies[name].add(o.verdict);
  return tallies;
}

std::string list(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

// "input, weight, bias?": names as the operator's own signature has them.
std::string signature(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find(' '); at != std::string::npos; at = out.find(' ', at + 2)) out.replace(at, 1, ", ");
  return out;
}

std::string passes(const Tallies& tallies, const std::string& name) {
  const auto it = tallies.find(name);
  return it == tallies.end() ? "no case" : fmt::format("{} of {}", it->second.passed, it->second.all());
}

std::string table(const Tallies& tallies) {
  std::string out =
      "| operator | inputs | outputs | attributes | quantised | cases passed |\n|---|---|---|---|---|---|\n";
  for (const Op* op : op::all_ops())
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", op->name, signature(op->inputs), signature(op->outputs),
                       list(op->attributes->names()), op->run_quantized ? "integer arithmetic" : "",
                       passes(tallies, std::string(op->name)));
  return out;
}

std::string refused(const std::vector<OnnxOutcome>& outcomes) {
  std::map<std::string, std::size_t> reasons;
  for (const OnnxOutcome& o : outcomes)
    if (o.verdict == Verdict::refused)
      for (const std::string& reason : excuses(*o.subject)) ++reasons[reason];
  std::string out = "| what dlas does not take | cases |\n|---|---|\n";
  for (const auto& [reason, cases] : reasons) out += fmt::format("| {} | {} |\n", reason, cases);
  return out;
}

}  // namespace

std::string operators_page(const std::vector<OnnxOutcome>& outcomes) {
  Tally total;
  for (const OnnxOutcome& o : outcomes) total.add(o.verdict);
  const Tallies tallies = by_operator(outcomes);
  std::string out =
      "# Operators\n\n<!-- Written by scripts/generate-docs from the tables in the code; do not edit. -->\n\n";
  out += fmt::format(
      "`dlas` computes {} operators. Names, inputs, attributes and defaults are those of the newest ONNX (opset 28) "
      "where\n"
      "ONNX has the operator; the readers bring older and foreign forms into that one. `?` marks what may be missing,\n"
      "`...` any number of inputs or outputs. Each operator is one file in [src/model/op](../src/model/op), whose "
      "head\n"
      "says what it means and where frameworks part ways.\n\n",
      op::all_ops().size());
  out += fmt::format(
      "The last column counts the node cases of ONNX's own backend tests (package `onnx` 1.23) in which the operator\n"
      "occurs. Of {} cases {} pass, {} are refused with an error and {} give a wrong answer.\n\n",
      outcomes.size(), total.passed, total.refused, total.wrong);
  out += table(tallies);
  out += "\nThe ONNX reader resolves these itself: ";
  const auto resolved = onnx::reader_operators();
  for (std::size_t i = 0; i < resolved.size(); ++i)
    out += fmt::format("{}{} ({})", i ? ", " : "", resolved[i], passes(tallies, std::string(resolved[i])));
  out +=
      ".\nA Constant becomes a value, a Scatter a ScatterElements, an Upsample a Resize, and an If the branch that "
      "its\n";
  out += "condition takes, when that can be computed before any input is there.\n\n## Refused\n\n";
  out +=
      "A case is refused when it holds an operator or an element type of this list; a case may count in several "
      "rows.\n\n";
  return out + refused(outcomes);
}

}  // namespace dlas::testing
