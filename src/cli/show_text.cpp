#include <fmt/format.h>

#include "base/text.h"
#include "cli/show.h"

namespace dlas::cli {
namespace {

std::string plural(std::int64_t n, std::string_view what) {
  return fmt::format("{} {}{}", thousands(static_cast<std::uint64_t>(n)), what, n == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + for_terminal(text);
  return out;
}

std::string values(const Graph& graph, std::string_view what, const std::vector<ValueId>& ids) {
  std::string out;
  for (const ValueId id : ids)
    out += fmt::format("{:<12}{}  {}\n", what, for_terminal(graph.value(id).name),
                       for_terminal(text(graph.value(id).type)));
  return out;
}

std::string work(const study::Outline& o) {
  const std::string taken = o.taken_as_one.empty() ? "" : "  (with " + joined(o.taken_as_one) + " taken as 1)";
  std::string out = fmt::format("{:<12}{} in {} bytes\n", "parameters", thousands(o.totals.parameters),
                                thousands(o.totals.parameter_bytes));
  out += fmt::format("{:<12}{}{}\n", "MACs", thousands(o.totals.macs), taken);
  out += fmt::format("{:<12}{} bytes at most alive at once{}\n", "activations",
                     thousands(o.totals.peak_activation_bytes), taken);
  if (o.uncounted > 0)
    out += fmt::format("{:<12}{} not counted: an unknown operator or size\n", "", plural(o.uncounted, "node"));
  return out;
}

std::string quantization(const study::Outline& o) {
  std::string out;
  for (const study::QuantizedKind& kind : o.quantized)
    out += fmt::format("{:<12}{} {} {}\n", out.empty() ? "quantised" : "",
                       plural(kind.values, kind.constant ? "constant" : "activation"), kind.dtype,
                       kind.per_axis ? "with a scale a channel" : "with one scale");
  return out;
}

std::string weights(const study::Outline& o) {
  std::string out;
  for (const study::WeightFile& file : o.weights) {
    const std::string where = file.path.empty() ? "computed or converted while reading"
                                                : fmt::format("at {} to {} of {}", thousands(file.first),
                                                              thousands(file.last), for_terminal(file.path));
    out += fmt::format("{:<12}{}, {} bytes, {}\n", out.empty() ? "constants" : "", plural(file.tensors, "tensor"),
                       thousands(file.bytes), where);
  }
  return out;
}

std::string metadata(const Shown& s) {
  std::string out;
  for (const auto& [key, value] : s.model.graph.metadata)
    out += fmt::format("{:<12}{} = {}\n", "metadata", for_terminal(key), for_terminal(value));
  return out;
}

std::string operators(const study::Outline& o) {
  std::string out = "operators\n";
  for (const auto& [name, count] : o.operators) {
    const bool unknown = std::ranges::binary_search(o.unknown, name);
    out += fmt::format("  {:>6}  {}{}\n", count, for_terminal(name), unknown ? "  unknown to dlas" : "");
  }
  return out;
}

std::string number(const std::optional<std::uint64_t>& n) { return n ? thousands(*n) : "?"; }

std::string nodes(const study::Outline& o) {
  std::string out = fmt::format("nodes\n  {:>14}  {:>12}  {:>12}  {}\n", "MACs", "parameters", "output bytes",
                                "operator, node, type of its output");
  for (const study::Layer& layer : o.layers)
    out += fmt::format("  {:>14}  {:>12}  {:>12}  {} '{}' {}\n", number(layer.macs), thousands(layer.parameters),
                       number(layer.output_bytes), for_terminal(layer.op), for_terminal(layer.name),
                       layer.type.empty() ? "folded" : for_terminal(layer.type));
  return out;
}

std::string weight_table(const Shown& s) {
  std::string out = "weights\n";
  for (const study::WeightRange& range : s.weights) {
    const Value& value = s.model.graph.value(s.model.graph.find(range.name));
    const std::string place =
        value.origin.offset ? fmt::format("{}+{}", *value.origin.offset, value.origin.bytes) : std::string("-");
    out += fmt::format("  {}  {}  {}  {} to {}, mean {}, {} zeros, {} NaN, {} infinite\n", for_terminal(range.name),
                       for_terminal(dimensions(value.type)), place, significant(range.least),
                       significant(range.largest), significant(range.mean), range.zeros, range.nans, range.infinities);
  }
  return out;
}

std::string faults(const study::Outline& o) {
  if (o.faults.empty()) return "faults      none found\n";
  std::string out = fmt::format("faults      {}\n", o.faults.size());
  for (const Note& note : o.faults)
    out += fmt::format("  {}: {}{}\n", severity(note.severity),
                       note.node.empty() ? "" : "node '" + for_terminal(note.node) + "': ", for_terminal(note.text));
  return out;
}

}  // namespace

std::string_view severity(Severity s) {
  switch (s) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::not_executable: return "not executable";
  }
  return "info";
}

std::string dimensions(const Type& type) {
  const bool many = type.quantized() && type.quantization->scales.size() > 1;
  return text(many ? type.plain() : type) +
         (many ? fmt::format(" q({} scales)", type.quantization->scales.size()) : "");
}

std::string show_text(const Shown& s) {
  const Graph& graph = s.model.graph;
  std::string out = for_terminal(s.model.path) + "  " + s.model.format + "  " + text(s.model.content) + "\n";
  out += values(graph, "input", graph.inputs) + values(graph, "output", graph.outputs);
  out += fmt::format("{:<12}{}\n", "nodes", thousands(graph.nodes().size()));
  out += work(s.outline) + quantization(s.outline) + weights(s.outline) + metadata(s) + operators(s.outline);
  if (s.nodes) out += nodes(s.outline);
  if (!s.weights.empty()) out += weight_table(s);
  return out + faults(s.outline);
}

}  // namespace dlas::cli
