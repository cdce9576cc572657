#include "model/op/recurrent.h"

#include <algorithm>

#include "base/checked.h"
#include "model/op/real.h"
#include "model/op/recurrent_activation.h"

namespace dlas::op {
namespace {

enum Input { kX, kW, kR, kB, kLengths, kH, kC, kP };

using Dims = std::vector<Dim>;

// The functions of all directions, by direction and then in the order of the operator. Errors: names, numbers.
Result<std::vector<Squash>> squashes(const Site& site, const RecurrentAttributes& a, const RecurrentForm& form) {
  std::vector<std::string> names = a.activations;
  if (names.empty())
    for (std::size_t d = 0; d < a.directions(); ++d)
      names.insert(names.end(), form.activations.begin(), form.activations.end());
  if (names.size() != form.activations.size() * a.directions())
    return site.wrong_attribute("activations", std::to_string(form.activations.size() * a.directions()) + " names",
                                std::to_string(names.size()));
  if (a.clip && !(*a.clip >= 0)) return site.wrong_attribute("clip", "at least 0", std::to_string(*a.clip));
  std::vector<Squash> out;
  std::size_t alphas = 0, betas = 0;
  for (const std::string& name : names) {
    const NamedActivation* known = find_activation(name);
    if (!known) return site.wrong_attribute("activations", "names of activations", name);
    const bool alpha = known->alpha && alphas < a.activation_alpha.size();
    const bool beta = known->beta && betas < a.activation_beta.size();
    const double x = alpha ? a.activation_alpha[alphas++] : known->default_alpha;
    const double y = beta ? a.activation_beta[betas++] : known->default_beta;
    out.emplace_back(
        [f = known->f, x, y, clip = a.clip](double v) { return f(clip ? std::clamp(v, -*clip, *clip) : v, x, y); });
  }
  return out;
}

Status check_shape(const Site& site, const Types& in, std::size_t slot, const Dims& dims) {
  if (!in.has(slot)) return {};
  const Type want(in[kX].dtype, dims);
  bool fits = in[slot].dtype == want.dtype && in[slot].rank() == want.rank();
  for (std::size_t i = 0; fits && i < want.rank(); ++i) fits = may_equal(in[slot].dim(i), want.dim(i));
  if (!fits) return site.wrong_input(slot, text(want), in[slot]);
  return {};
}

struct Sizes {
  Dim length, batch, input, hidden;
};

Result<Sizes> sizes_of(const Site& site, const Types& in, const RecurrentAttributes& a) {
  if (!is_float(in[kX].dtype) || in[kX].rank() != 3) return site.wrong_input(kX, "three axes of floats", in[kX]);
  if (in[kR].rank() != 3) return site.wrong_input(kR, "three axes", in[kR]);
  if (a.layout != 0 && a.layout != 1) return site.wrong_attribute("layout", "0 or 1", std::to_string(a.layout));
  if (a.hidden_size < 0) return site.wrong_attribute("hidden_size", "at least 1", std::to_string(a.hidden_size));
  const bool batch_first = a.layout == 1;
  Dim hidden = in[kR].dim(2);
  if (a.hidden_size > 0) hidden = a.hidden_size;
  return Sizes{in[kX].dim(batch_first ? 1 : 0), in[kX].dim(batch_first ? 0 : 1), in[kX].dim(2), hidden};
}

// [D, N, H], or [N, D, H] with layout 1.
Dims state_dims(const RecurrentAttributes& a, const Sizes& s) {
  const Dim d(static_cast<std::int64_t>(a.directions()));
  return a.layout == 1 ? Dims{s.batch, d, s.hidden} : Dims{d, s.batch, s.hidden};
}

// Everything of one execution with known sizes.
struct Run {
  const Call& call;
  const RecurrentAttributes& a;
  const RecurrentForm& form;
  std::int64_t length, batch, input, hidden, ways;
  std::vector<double> x, w, r, bias, peepholes, y;
  std::vector<double> states[2];  // h and c, in the order of the outputs

  std::size_t state_at(std::int64_t n, std::int64_t d) const {
    return static_cast<std::size_t>((a.layout == 1 ? n * ways + d : d * batch + n) * hidden);
  }
  std::size_t x_at(std::int64_t t, std::int64_t n) const {
    return static_cast<std::size_t>((a.layout == 1 ? n * length + t : t * batch + n) * input);
  }
  std::size_t y_at(std::int64_t t, std::int64_t n, std::int64_t d) const {
    return static_cast<std::size_t>((a.layout == 1 ? (n * length + t) * ways + d : (t * ways + d) * batch + n) *
                                    hidden);
  }
  // W x + its bias for one element.
  void from_input(std::int64_t d, std::int64_t t, std::int64_t n, std::vector<double>& out) const {
    const auto rows = static_cast<std::int64_t>(out.size());
    for (std::int64_t i = 0; i < rows; ++i) {
      double sum = bias.empty() ? 0 : bias[static_cast<std::size_t>(d * 2 * rows + i)];
      for (std::int64_t k = 0; k < input; ++k)
        sum += w[static_cast<std::size_t>((d * rows + i) * input + k)] * x[x_at(t, n) + static_cast<std::size_t>(k)];
      out[static_cast<std::size_t>(i)] = sum;
    }
  }
  void sequence(std::int64_t d, std::int64_t n, std::int64_t steps, std::span<const Squash> squash,
                const std::function<void(const RecurrentStep&)>& step) {
    const auto rows = static_cast<std::size_t>(form.gates * hidden), size = static_cast<std::size_t>(hidden);
    const std::size_t way = static_cast<std::size_t>(d);
    std::vector<double> in(rows);
    const std::vector<double> no_bias(bias.empty() ? rows : 0);
    const std::span<const double> r_bias =
        bias.empty() ? std::span(no_bias) : std::span(bias).subspan((2 * way + 1) * rows, rows);
    const auto holes = peepholes.empty() ? std::span<const double>()
                                         : std::span<const double>(peepholes).subspan(3 * way * size, 3 * size);
    const bool back = a.direction == Way::reverse || d == 1;
    const std::span<double> h = std::span(states[0]).subspan(state_at(n, d), size);
    const std::span<double> c =
        form.cell_state ? std::span(states[1]).subspan(state_at(n, d), size) : std::span<double>();
    for (std::int64_t i = 0; i < steps; ++i) {
      const std::int64_t t = back ? steps - 1 - i : i;
      from_input(d, t, n, in);
      step({in, std::span(r).subspan(way * rows * size, rows * size), r_bias, holes, squash, h, c});
      std::ranges::copy(h, y.begin() + static_cast<std::ptrdiff_t>(y_at(t, n, d)));
    }
  }
};

Run prepared(const Call& call, const RecurrentAttributes& a, const RecurrentForm& form, const Sizes& s) {
  const auto optional = [&](std::size_t slot) { return call.has(slot) ? reals(call, slot) : std::vector<double>(); };
  Run run{call,
          a,
          form,
          s.length.size(),
          s.batch.size(),
          s.input.size(),
          s.hidden.size(),
          static_cast<std::int64_t>(a.directions()),
          reals(call, kX),
          reals(call, kW),
          reals(call, kR),
          optional(kB),
          form.cell_state ? optional(kP) : std::vector<double>(),
          {},
          {}};
  const auto states = static_cast<std::size_t>(run.ways * run.batch * run.hidden);
  run.y.resize(states * static_cast<std::size_t>(run.length));
  run.states[0] = optional(kH);
  run.states[0].resize(states);
  if (form.cell_state) run.states[1] = optional(kC);
  run.states[1].resize(form.cell_state ? states : 0);
  return run;
}

}  // namespace

double RecurrentStep::recurrent(std::size_t row, std::span<const double> v) const {
  double sum = r_bias[row];
  for (std::size_t k = 0; k < v.size(); ++k) sum += r[row * v.size() + k] * v[k];
  return sum;
}

Result<Types> recurrent_types(const Site& site, const Types& in, const RecurrentAttributes& a,
                              const RecurrentForm& form) {
  DLAS_ASSIGN(const Sizes s, sizes_of(site, in, a));
  if (const auto known = squashes(site, a, form); !known.ok()) return known.error();
  const Dim d(static_cast<std::int64_t>(a.directions())), rows = product(s.hidden, form.gates);
  DLAS_TRY(check_shape(site, in, kW, {d, rows, s.input}));
  DLAS_TRY(check_shape(site, in, kR, {d, rows, s.hidden}));
  DLAS_TRY(check_shape(site, in, kB, {d, product(rows, 2)}));
  if (in.has(kLengths) && in[kLengths].dtype != DType::i32) return site.wrong_input(kLengths, "int32", in[kLengths]);
  DLAS_TRY(check_vector(site, in, kLengths, s.batch));
  DLAS_TRY(check_shape(site, in, kH, state_dims(a, s)));
  Dims y{s.length, d, s.batch, s.hidden};
  if (a.layout == 1) y = {s.batch, s.length, d, s.hidden};
  const Type state(in[kX].dtype, state_dims(a, s));
  Types out{Type(in[kX].dtype, std::move(y)), state};
  if (!form.cell_state) return out;
  DLAS_TRY(check_shape(site, in, kC, state_dims(a, s)));
  DLAS_TRY(check_shape(site, in, kP, {d, product(s.hidden, 3)}));
  out.push_back(state);
  return out;
}

Status run_recurrent(const Call& call, const RecurrentAttributes& a, const RecurrentForm& form,
                     const std::function<void(const RecurrentStep&)>& step) {
  DLAS_ASSIGN(const Sizes s, sizes_of(call.site, call.in_types, a));
  DLAS_ASSIGN(const std::vector<Squash> squash, squashes(call.site, a, form));
  Run run = prepared(call, a, form, s);
  const std::size_t each = form.activations.size();
  for (std::int64_t n = 0; n < run.batch; ++n) {
    const std::int64_t steps = call.has(kLengths) ? call.in[kLengths].integer(n) : run.length;
    if (steps < 0 || steps > run.length)
      return call.site.wrong_input(kLengths, "lengths from 0 to " + std::to_string(run.length), std::to_string(steps));
    for (std::int64_t d = 0; d < run.ways; ++d)
      run.sequence(d, n, steps, std::span(squash).subspan(static_cast<std::size_t>(d) * each, each), step);
  }
  const std::vector<double>* results[] = {&run.y, &run.states[0], &run.states[1]};
  for (std::size_t i = 0; i < call.out.size(); ++i)
    if (!call.out[i].absent()) store(*results[i], call.out[i]);
  return {};
}

Cost recurrent_cost(const Types& in, const Types& out) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  const auto weights = checked_add(in[kW].count().value_or(0), in[kR].count().value_or(0));
  const auto elements = product(in[kX].dim(0), in[kX].dim(1));
  const auto macs = weights && elements.known() ? checked_mul(*weights, elements.size()) : std::nullopt;
  cost.macs = macs ? static_cast<std::uint64_t>(*macs) : 0;
  return cost;
}

}  // namespace dlas::op
