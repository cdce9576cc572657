#include "study/localize/normal/normal_form.h"

#include <cmath>

#include "compiler/runner.h"
#include "model/graph/infer.h"
#include "study/compare/float_meaning.h"
#include "study/localize/normal/full_floats.h"
#include "study/localize/normal/origins.h"
#include "study/localize/normal/random_move.h"
#include "study/localize/normal/split_activations.h"

namespace dlas::study::localize {
namespace {

constexpr std::string_view kPasses =
    "remove_dead_code fold_constants simplify_inference canonicalize_casts canonicalize_activations canonicalize_dense "
    "canonicalize_pools absorb_pads fold_scale_axis fold_constants";

// A lone number (a limit, the value of a padding) stays: it is stated, not trained.
bool has_steps(const Value& value, const Quantization* q) {
  return value.is_constant() && value.constant.count() > 1 &&
         (q != nullptr || value.type.dtype == DType::f16 || value.type.dtype == DType::bf16);
}

}  // namespace

Result<NormalForm> normal_form(const Graph& file, std::optional<std::uint64_t> seed) {
  NormalForm out;
  out.file = file;
  DLAS_ASSIGN(Graph meaning, float_meaning(file));
  const auto quantization = quantizations(file);
  for (std::size_t i = 0; i < file.values().size(); ++i) {
    const Value& value = file.values()[i];
    if (!has_steps(value, quantization[i].get())) continue;
    out.quantised = true;
    Value& constant = meaning.value(static_cast<ValueId>(i));
    if (seed) constant.constant = moved_within_steps(constant.constant, quantization[i].get(), *seed + i);
  }
  DLAS_TRY(make_floats_full(meaning));
  DLAS_TRY(split_activations(meaning));
  DLAS_ASSIGN(const compiler::Pipeline passes, compiler::parse_pipeline(kPasses));
  DLAS_ASSIGN(compiler::Optimised optimised, compiler::optimise(meaning, passes));
  out.graph = std::move(optimised.graph);
  out.origins = origins(out.graph, file);
  return out;
}

}  // namespace dlas::study::localize
