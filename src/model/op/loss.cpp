#include "model/op/loss.h"

#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kValues, kTargets, kWeights };

}  // namespace

Result<Type> loss_type(const Site& site, const Types& in) {
  const Type &x = in[kValues], &targets = in[kTargets];
  if (!is_float(x.dtype) || x.rank() < 2) return site.wrong_input(kValues, "floats of at least 2 axes", x);
  std::vector<Dim> dims = *x.dims;
  dims.erase(dims.begin() + 1);
  bool fits = (targets.dtype == DType::i64 || targets.dtype == DType::i32) && targets.rank() == dims.size();
  for (std::size_t i = 0; fits && i < dims.size(); ++i) fits = may_equal(targets.dim(i), dims[i]);
  if (!fits) return site.wrong_input(kTargets, text(Type(DType::i64, dims)), targets);
  if (in.has(kWeights) && in[kWeights].dtype != x.dtype) return site.wrong_input(kWeights, text(x.dtype), in[kWeights]);
  DLAS_TRY(check_vector(site, in, kWeights, x.dim(1)));
  const bool each = site.attributes<LossAttributes>().reduction == LossReduction::none;
  return Type(x.dtype, each ? dims : std::vector<Dim>{});
}

Status write_loss(const Call& call, std::span<const double> log_probabilities) {
  const auto& a = call.attributes<LossAttributes>();
  const Tensor& targets = call.in[kTargets];
  const Shape& shape = call.in[kValues].shape();
  const std::int64_t classes = shape[1], places = count(std::span(shape).subspan(2));
  const std::vector<double> weights = call.has(kWeights) ? reals(call, kWeights) : std::vector<double>();
  std::vector<double> losses;
  double sum = 0, weight_sum = 0;
  for (std::int64_t i = 0; i < targets.count(); ++i) {
    const std::int64_t target = targets.integer(i);
    losses.push_back(0);
    if (a.ignore_index == target) continue;
    if (target < 0 || target >= classes)
      return call.site.wrong_input(kTargets, "classes of " + std::to_string(classes), std::to_string(target));
    const double weight = weights.empty() ? 1 : weights[static_cast<std::size_t>(target)];
    const std::int64_t at = (i / places * classes + target) * places + i % places;
    losses.back() = -weight * log_probabilities[static_cast<std::size_t>(at)];
    sum += losses.back();
    weight_sum += weight;
  }
  if (a.reduction == LossReduction::mean) sum /= weight_sum;
  if (a.reduction != LossReduction::none) losses = {sum};
  store(losses, call.out[0]);
  return {};
}

}  // namespace dlas::op
