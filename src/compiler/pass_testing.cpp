#include "compiler/pass_testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "compiler/attributes.h"
#include "compiler/fused.h"
#include "model/executor/reference.h"
#include "model/graph/infer.h"
#include "model/graph/text_form.h"
#include "model/op/list_elementwise.h"

namespace dlas::compiler::testing {
namespace {

std::string hex(const Tensor& t) {
  std::string out = "0x";
  for (const std::byte b : t.bytes()) out += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return out;
}

template <typename F>
Tensor filled(DType dtype, const Shape& shape, F value) {
  Tensor t = Tensor::make(dtype, shape);
  for_any(dtype, [&]<typename T>() {
    std::int64_t i = 0;
    for (T& x : t.mutable_as<T>()) x = static_cast<T>(value(i++));
  });
  return t;
}

// `const "w" f32 [2,1] = {1, 2}` with the contents as hexadecimal bytes.
std::string spelled(const std::string& line, std::mt19937_64& random) {
  const std::size_t equal = line.find(" = ");
  const std::string contents = line.substr(equal + 3);
  if (contents.starts_with("0x")) return line;
  const std::size_t name_end = line.find('"', line.find('"') + 1);
  const std::size_t open = line.find('[', name_end), close = line.find(']', open);
  const DType dtype = *parse_dtype(line.substr(name_end + 2, open - name_end - 3));
  Shape shape;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = std::min(line.find_first_of(",]", at), close);
    shape.push_back(*parse_int(line.substr(at, end - at)));
    at = end + 1;
  }
  std::vector<double> given;
  for (std::size_t at = contents.find('{'); at != std::string::npos && at + 1 < contents.size();) {
    const std::size_t begin = contents.find_first_not_of(" {,", at), end = contents.find_first_of(",}", begin);
    if (begin >= end) break;
    given.push_back(*parse_double(contents.substr(begin, end - begin)));
    at = end;
  }
  if (contents == "noise") return line.substr(0, equal + 3) + hex(noise(dtype, shape, random));
  return line.substr(0, equal + 3) + hex(filled(dtype, shape, [&](std::int64_t i) {
           return contents == "ramp" ? static_cast<double>(i + 1) : given[static_cast<std::size_t>(i)];
         }));
}

// Types for the outputs of a node line that has none: unranked float32, which inference fills in.
std::string typed(std::string line) {
  const std::size_t arrow = line.find("-> (");
  std::string out = line.substr(0, arrow + 4);
  bool quoted = false;
  for (std::size_t i = arrow + 4; i < line.size(); ++i) {
    out += line[i];
    if (line[i] == '"') quoted = !quoted;
    const bool bare = i + 1 < line.size() && (line[i + 1] == ',' || line[i + 1] == ')');
    if (line[i] == '"' && !quoted && bare) out += " none [..]";
  }
  return out;
}

std::string attributes_text(const Node& node) {
  const auto defaults = node.op->attributes->make({});
  const AttributeList usual = defaults.ok() ? defaults->list() : AttributeList{};
  std::string out;
  for (const NamedAttribute& a : node.attributes.list()) {
    const auto same_name = std::ranges::find(usual, a.name, &NamedAttribute::name);
    if (same_name != usual.end() && same(same_name->value, a.value)) continue;
    Graph one;  // the text form prints attributes
    Node copy = node;
    copy.inputs.clear();
    copy.outputs.clear();
    copy.attributes = AttributeSet::raw({a});
    one.add_node(copy);
    const std::string text = to_text(one);
    const std::size_t from = text.find('{'), to = text.rfind("} (");
    out += (out.empty() ? "" : ", ") + text.substr(from + 1, to - from - 1);
  }
  std::erase(out, '"');
  return out.empty() ? "" : "{" + out + "}";
}

std::string node_line(const Graph& graph, const Node& node) {
  const auto names = [&](const std::vector<ValueId>& ids) {
    std::string list;
    for (const ValueId v : ids) list += (list.empty() ? "" : ", ") + (v == kNone ? "-" : graph.value(v).name);
    return list;
  };
  std::string what = node.op_name + attributes_text(node);
  if (node.op == &fused) {
    const auto body = body_of(node.attributes.as<FusedAttributes>(), input_types(graph, node), {});
    what = body.ok() ? "[" + body_text(*body) + "]" : body.error().message();
  }
  return fmt::format("{} = {}({}) {}\n", names(node.outputs), what, names(node.inputs),
                     text(graph.value(node.outputs[0]).type));
}

std::vector<Tensor> outputs_of(const Graph& graph, const std::vector<Tensor>& inputs, std::string& trouble) {
  const auto executor = make_reference(graph);
  if (!executor.ok()) {
    trouble = executor.error().message();
    return {};
  }
  auto run = (*executor)->run(inputs, {});
  if (!run.ok()) trouble = run.error().message();
  return run.ok() ? run->outputs : std::vector<Tensor>();
}

double largest(const Tensor& t) {
  double out = 0;
  for (std::int64_t i = 0; i < t.count(); ++i)
    if (std::isfinite(t.number(i))) out = std::max(out, std::abs(t.number(i)));
  return out;
}

double distance(const Tensor& a, const Tensor& b) {
  double out = 0;
  for (std::int64_t i = 0; i < a.count(); ++i) {
    const double x = a.number(i), y = b.number(i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    out =
        std::isfinite(x) && std::isfinite(y) ? std::max(out, std::abs(x - y)) : std::numeric_limits<double>::infinity();
  }
  return out;
}

Tensor converted(const Tensor& t, DType dtype) {
  return t.dtype() == DType::f32 && dtype == DType::f64 ? t.to_f64() : t;
}

std::vector<Tensor> widened_inputs(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> out;
  for (const Tensor& t : inputs) out.push_back(converted(t, DType::f64));
  return out;
}

std::string all_remarks(const Outcome& outcome) {
  std::string out;
  for (const Remark& r : outcome.changes) out += r.node + ": " + r.text + "\n";
  for (const Remark& r : outcome.obstacles) out += "left alone: " + r.node + ": " + r.text + "\n";
  return out + outcome.absent;
}

}  // namespace

Tensor noise(DType dtype, const Shape& shape, std::mt19937_64& random) {
  std::uniform_real_distribution<double> real(-1, 1);
  std::uniform_int_distribution<int> whole(0, 100);
  return filled(dtype, shape, [&](std::int64_t) { return is_float(dtype) ? real(random) : whole(random); });
}

Graph graph_of(std::string_view text) {
  std::mt19937_64 random(7);
  std::string spelled_out = "graph \"g\"\n";
  while (!text.empty()) {
    std::string line(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.erase(0, line.find_first_not_of(' '));
    if (line.starts_with("const ")) line = spelled(line, random);
    if (line.starts_with("node ")) line = typed(line);
    spelled_out += line + "\n";
  }
  auto graph = parse_graph(spelled_out, find_op);
  check(graph.ok(), graph.ok() ? "" : graph.error().message());
  const auto inferred = infer_types(*graph);
  check(inferred.ok(), inferred.ok() ? "" : inferred.error().message());
  return *std::move(graph);
}

std::string outline(const Graph& graph) {
  std::string out;
  for (const Node& node : graph.nodes()) out += node_line(graph, node);
  return out;
}

std::vector<Tensor> noise_inputs(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Tensor> out;
  for (const ValueId v : graph.inputs)
    out.push_back(noise(graph.value(v).type.dtype, graph.value(v).type.shape(), random));
  return out;
}

Graph widened(const Graph& graph) {
  Graph out = graph;
  for (ValueId v = 0; v < static_cast<ValueId>(out.values().size()); ++v) {
    Value& value = out.value(v);
    if (value.type.dtype != DType::f32) continue;
    value.type.dtype = DType::f64;
    if (value.is_constant()) value.constant = value.constant.to_f64();
  }
  for (NodeId n = 0; n < static_cast<NodeId>(out.nodes().size()); ++n) {
    Node& node = out.node(n);
    if (node.op == &op::cast && element_type(node, "to") == DType::f32)
      node.attributes = with(*node.op, node.attributes, {{"to", DType::f64}});
  }
  return out;
}

std::string deviation(const Graph& before, const Graph& after, Equality equality, std::uint64_t seed) {
  std::string trouble;
  const std::vector<Tensor> inputs = noise_inputs(before, seed);
  const std::vector<Tensor> a = outputs_of(before, inputs, trouble), b = outputs_of(after, inputs, trouble);
  const bool rounds = equality == Equality::rounded;
  const std::vector<Tensor> exact = rounds ? outputs_of(widened(before), widened_inputs(inputs), trouble) : a;
  if (!trouble.empty()) return trouble;
  if (a.size() != b.size() || a.size() != exact.size()) return "another number of outputs";
  bool evidence = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (text(a[i]) != text(b[i])) return fmt::format("output {}: {} became {}", i, text(a[i]), text(b[i]));
    const double size = largest(exact[i]);
    evidence = evidence || size > 0;
    double allowed = 0;
    if (equality == Equality::float64) allowed = 1e-10 * size;
    if (rounds) allowed = 4 * distance(a[i], exact[i]) + 0x1p-20 * size;
    const double found = distance(b[i], exact[i]);
    if (equality == Equality::exact ? !a[i].same_bits(b[i]) : found > allowed)
      return fmt::format("output {}: off by {}, allowed {}, largest number {}", i, found, allowed, size);
  }
  return evidence ? "" : "all outputs are zero, which is no evidence";
}

namespace {

// Each of `settings` is "name=value"; the others have their fallback. Also of passes that no level has.
Step step_of(const Pass& pass, const std::vector<std::string>& settings) {
  Step out{&pass, {}};
  for (const std::string& text : settings)
    out.settings[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  for (const Parameter& p : pass.parameters) out.settings.emplace(p.name, p.fallback);
  return out;
}

}  // namespace

Applied applied(const Pass& pass, std::string_view text, Equality equality, const std::vector<std::string>& settings) {
  const Graph before = graph_of(text);
  Applied out;
  const Pipeline alone{{step_of(pass, settings)}};
  const auto done = optimise(before, alone);
  if (!done.ok()) return {done.error().message(), "", "", ""};
  out.outline = outline(done->graph);
  out.remarks = all_remarks(done->reports[0].outcome);
  out.deviation = deviation(before, done->graph, equality);
  if (out.deviation.empty() && equality != Equality::exact) {
    const auto wide = optimise(widened(before), alone);
    out.deviation = wide.ok() ? deviation(widened(before), wide->graph, Equality::float64) : wide.error().message();
  }
  const auto again = optimise(done->graph, alone);
  if (!again.ok()) out.again = again.error().message();
  else
    for (const Remark& r : again->reports[0].outcome.changes) out.again += r.node + ": " + r.text + "\n";
  return out;
}

}  // namespace dlas::compiler::testing
