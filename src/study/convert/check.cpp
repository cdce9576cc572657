#include "study/convert/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/compare/align.h"
#include "study/compare/float_meaning.h"
#include "study/compare/layout.h"
#include "study/compare/noise.h"
#include "study/convert/probes.h"
#include "study/open/opened.h"

namespace dlas::study {
namespace {

using Arrays = std::vector<Tensor>;

Error other_sizes(const char* what, const std::string& expected, const std::string& found) {
  return make_error(Code::mismatch, fmt::format("{} of the sizes {}", what, expected), found);
}

// The tensor with the sizes `wanted`, its channels moved between front and back when it is `turned`.
Result<Tensor> brought(const Tensor& tensor, const Shape& wanted, bool turned) {
  if (!turned && tensor.shape() == wanted) return tensor;
  for (const AxisOrder& order : possible_orders(wanted, tensor.shape())) {
    Shape moved;
    for (const std::size_t axis : order) moved.push_back(tensor.dim(axis));
    if (!turned || moved != wanted) continue;
    if (tensor.dtype() != DType::f32) return other_sizes("float32 tensors", dlas::text(wanted), dlas::text(tensor));
    return reordered(tensor, order);
  }
  return other_sizes("tensors", dlas::text(wanted), dlas::text(tensor.shape()));
}

Result<Arrays> inputs_for(const Graph& graph, const std::vector<data::NamedTensor>& arrays,
                          const std::set<std::string>& turned) {
  if (graph.inputs.size() != arrays.size())
    return make_error(Code::mismatch, fmt::format("{} inputs", arrays.size()), fmt::format("{}", graph.inputs.size()));
  Arrays out;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Type& type = graph.value(graph.inputs[i]).type;
    if (!type.fixed()) return other_sizes("an input", dlas::text(arrays[i].second.shape()), dlas::text(type));
    DLAS_ASSIGN(Tensor tensor, brought(arrays[i].second, type.shape(), turned.contains(arrays[i].first)));
    out.push_back(std::move(tensor));
  }
  return out;
}

// The types of the outputs, with the quantisation that an operator before them gives.
std::vector<Type> output_types(const Graph& graph) {
  const auto all = quantizations(graph);
  std::vector<Type> out;
  for (const ValueId v : graph.outputs) {
    out.push_back(graph.value(v).type);
    out.back().quantization = all[static_cast<std::size_t>(v)];
  }
  return out;
}

// Both models and their noise at the outputs, ready for one probe after the other.
class Trial {
 public:
  Trial(const Opened& a, const Opened& b, const std::set<std::string>& turned)
      : a_(a),
        b_(b),
        turned_(turned),
        quantised_(any_quantised(a.graph()) || any_quantised(b.graph())),
        types_a_(output_types(a.graph())),
        types_b_(output_types(b.graph())) {}

  Status run(std::uint64_t seed, ConversionCheck& check) const {
    DLAS_ASSIGN(const auto arrays, probe(a_.graph(), seed));
    DLAS_ASSIGN(const Arrays of_a, inputs_for(a_.graph(), arrays, {}));
    DLAS_ASSIGN(const Arrays of_b, inputs_for(b_.graph(), arrays, turned_));
    DLAS_ASSIGN(const Outputs x, a_.executor->run(of_a, {}));
    DLAS_ASSIGN(const Outputs y, b_.executor->run(of_b, {}));
    if (x.outputs.size() != y.outputs.size())
      return make_error(Code::mismatch, fmt::format("{} outputs", x.outputs.size()),
                        fmt::format("{}", y.outputs.size()));
    DLAS_ASSIGN(const auto noise_a, measure_noise(a_.graph(), {of_a}, a_.graph().outputs));
    DLAS_ASSIGN(const auto noise_b, measure_noise(b_.graph(), {of_b}, b_.graph().outputs));
    for (std::size_t i = 0; i < x.outputs.size(); ++i)
      DLAS_TRY(compare(i, x.outputs[i], y.outputs[i], kExplained * std::hypot(noise_a[i], noise_b[i]), check));
    return {};
  }

 private:
  Status compare(std::size_t i, const Tensor& x, const Tensor& y, double floor, ConversionCheck& check) const {
    const std::string& name = a_.graph().value(a_.graph().outputs[i]).name;
    const Tensor p = real_values(x, types_a_[i]);
    auto q = brought(real_values(y, types_b_[i]), p.shape(), turned_.contains(name));
    if (!q.ok()) return std::move(q).error().at_slot("output '" + name + "'");
    const Deviation d = deviation(p, *q);
    if (d.largest == 0) return {};
    const Verdict here = !(d.relative <= floor) ? Verdict::different
                         : quantised_           ? Verdict::quantisation
                                                : Verdict::rounding;
    if (here < check.verdict) return {};
    const bool farther = here > check.verdict || !(d.relative * check.floor <= check.deviation * floor);
    check.verdict = here;
    if (!farther) return {};
    check.deviation = d.relative;
    check.floor = floor;
    check.output = name;
    return {};
  }

  const Opened& a_;
  const Opened& b_;
  const std::set<std::string>& turned_;
  bool quantised_;
  std::vector<Type> types_a_, types_b_;
};

}  // namespace

Result<ConversionCheck> check_conversion(Model before, Model written, const std::set<std::string>& turned,
                                         std::int64_t probes, std::uint64_t seed) {
  DLAS_ASSIGN(const Opened a, open_model(std::move(before)));
  DLAS_ASSIGN(const Opened b, open_model(std::move(written)));
  const Trial trial(a, b, turned);
  ConversionCheck out;
  for (; out.probes < probes; ++out.probes) DLAS_TRY(trial.run(seed + static_cast<std::uint64_t>(out.probes), out));
  return out;
}

}  // namespace dlas::study
