// Einsum: products of elements of all inputs, summed over the letters that the output lacks.        ONNX Einsum, opset 12 to 28
// einsum_equation.h says what an equation means. Sums are float64; of integers they are exact below 2^53.
#include "model/op/einsum_equation.h"

#include "base/checked.h"
#include "model/op/elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  std::string equation;
  void fields(auto& f) { f("equation", equation); }
};

Result<Types> infer(const Site& site, const Types& in) {
  for (std::size_t slot = 0; slot < in.size(); ++slot) DLAS_TRY(check_member(site, in, slot, kNumbers));
  DLAS_ASSIGN(const Equation e, parse_equation(site, site.attributes<Attributes>().equation, in));
  DLAS_ASSIGN(const auto sizes, letter_sizes(site, e, in));
  std::vector<Dim> dims;
  for (const int letter : e.output) dims.push_back(sizes.at(letter));
  return Types{Type(in[0].dtype, std::move(dims))};
}

// How far one step along each of `letters` goes in an input: the sum over its axes of that letter.
Strides strides_of(const std::vector<int>& letters, const std::vector<int>& axes, const Shape& shape) {
  const Strides own = row_major(shape);
  Strides out(letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i)
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
      if (axes[axis] == letters[i] && (shape[axis] != 1 || letters[i] < kEllipsis)) out[i] += own[axis];
  return out;
}

struct Operand {
  std::vector<double> values;
  Strides kept, gone;  // by letter of the output, and by summed letter
};

// Adds to `offsets` one step of the odometer `index` over `shape`; false after the last.
bool step(std::vector<std::int64_t>& index, const Shape& shape, const std::vector<const Strides*>& strides,
          std::vector<std::int64_t>& offsets) {
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const bool wraps = ++index[axis] == shape[axis];
    for (std::size_t i = 0; i < offsets.size(); ++i)
      offsets[i] += wraps ? (1 - shape[axis]) * (*strides[i])[axis] : (*strides[i])[axis];
    if (!wraps) return true;
    index[axis] = 0;
  }
  return false;
}

double summed(const std::vector<Operand>& operands, const Shape& gone, std::vector<std::int64_t> offsets) {
  std::vector<const Strides*> strides;
  for (const Operand& o : operands) strides.push_back(&o.gone);
  std::vector<std::int64_t> index(gone.size());
  double sum = 0;
  if (count(gone) == 0) return sum;
  do {
    double term = 1;
    for (std::size_t i = 0; i < operands.size(); ++i) term *= operands[i].values[static_cast<std::size_t>(offsets[i])];
    sum += term;
  } while (step(index, gone, strides, offsets));
  return sum;
}

Status run(const Call& call) {
  DLAS_ASSIGN(const Equation e, parse_equation(call.site, call.attributes<Attributes>().equation, call.in_types));
  DLAS_ASSIGN(const auto sizes, letter_sizes(call.site, e, call.in_types));
  Shape gone;
  for (const int letter : e.summed) gone.push_back(sizes.at(letter).size());
  std::vector<Operand> operands;
  std::vector<const Strides*> strides;
  for (std::size_t i = 0; i < call.in.size(); ++i)
    operands.push_back({reals(call, i), strides_of(e.output, e.inputs[i], call.in[i].shape()),
                        strides_of(e.summed, e.inputs[i], call.in[i].shape())});
  for (const Operand& o : operands) strides.push_back(&o.kept);
  std::vector<double> y(static_cast<std::size_t>(call.out[0].count()));
  std::vector<std::int64_t> index(e.output.size()), offsets(operands.size());
  for (double& v : y) {
    v = summed(operands, gone, offsets);
    step(index, call.out[0].shape(), strides, offsets);
  }
  store(y, call.out[0]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  const auto e = parse_equation(site, site.attributes<Attributes>().equation, in);
  if (!e.ok()) return cost;
  const auto sizes = letter_sizes(site, *e, in);
  if (!sizes.ok()) return cost;
  std::int64_t all = 1;
  for (const auto& [letter, size] : *sizes) {
    const auto more = checked_mul(all, size.known() ? size.size() : 0);
    if (!more) return {.macs = ~0ULL, .bytes = cost.bytes};
    all = *more;
  }
  cost.macs = static_cast<std::uint64_t>(all);
  return cost;
}

}  // namespace

const Op einsum = {
    .name = "Einsum",
    .inputs = "Inputs...",
    .outputs = "Output",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
