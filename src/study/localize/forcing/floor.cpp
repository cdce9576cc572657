#include "study/localize/forcing/floor.h"

#include "study/compare/align.h"
#include "study/localize/normal/random_move.h"

namespace dlas::study::localize {
namespace {

constexpr double kUnit = 0x1p-12;       // large beside float32's own rounding, small beside the numbers
constexpr double kToFloat = 0x1p-12;    // from there to 2^-24
constexpr std::uint64_t kInputs = 777;  // seed of the inputs' moves

std::vector<Shape> sizes_of(const std::vector<Tensor>& given) {
  std::vector<Shape> sizes;
  for (const Tensor& tensor : given) sizes.push_back(tensor.shape());
  return sizes;
}

}  // namespace

Result<double> rounding_floor(const Cone& plain, const Region& calm, const std::vector<Tensor>& given,
                              const Tensor& result) {
  DLAS_ASSIGN(const Region moved, make_region(plain, sizes_of(given), kUnit));
  std::vector<Tensor> inputs;
  for (const Tensor& tensor : given) inputs.push_back(moved_relative(tensor, kUnit, kInputs + inputs.size()));
  DLAS_ASSIGN(const Tensor other, run(moved, inputs));
  if (other.shape() != result.shape()) return 0.0;
  return deviation(result, other).relative * kToFloat * calm.executor->roundings();
}

Result<double> grid_floor(const NormalForm& moved, const std::set<ValueId>& cuts, ValueId to,
                          const std::vector<Tensor>& given, const Tensor& result) {
  DLAS_ASSIGN(const Cone there, cone(moved.graph, cuts, to));
  if (there.reads.size() != given.size()) return 0.0;
  DLAS_ASSIGN(const Region region, make_region(there, sizes_of(given)));
  DLAS_ASSIGN(const Tensor other, run(region, given));
  if (other.shape() != result.shape()) return 0.0;
  return deviation(result, other).relative;
}

}  // namespace dlas::study::localize
