// The comparisons of include/dlas/compare.h.
#include <nlohmann/json.hpp>

#include "study/compare/json.h"

#include "api/inside.h"

namespace dlas {
inline namespace v1 {
namespace {

Rate share(std::int64_t part, std::int64_t whole, const study::Interval& interval) {
  return {static_cast<double>(part) / static_cast<double>(whole), interval.low, interval.high};
}

Comparison told(const study::Difference& d) {
  Comparison out;
  out.verdict = text(d.verdict);
  out.images = d.images;
  if (d.classifies) out.differ = share(d.differ, d.images, d.rate);
  if (d.labelled) {
    out.accuracy_a = share(d.a.correct, d.images, d.a.accuracy);
    out.accuracy_b = share(d.b.correct, d.images, d.b.accuracy);
  }
  if (d.first_divergence) {
    const study::ValuePair& pair = d.values[*d.first_divergence];
    out.first_divergence = {pair.name_a, pair.name_b, pair.relative, pair.floor};
  }
  out.json = study::to_json(d).dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return out;
}

v1::Result<Comparison> finished(const inside::Result<study::Difference>& difference) {
  if (!difference.ok()) return inside::outer(difference.error());
  return told(*difference);
}

inside::Result<study::Difference> compare_pictures(const v1::Model& a, const v1::Model& b, const Pictures& pictures) {
  DLAS_ASSIGN(const study::Opened opened_a, study::open_model(a.state().model));
  DLAS_ASSIGN(const study::Opened opened_b, study::open_model(b.state().model));
  DLAS_ASSIGN(const study::Chosen recipe_a, study::choose_recipe(pictures.recipe_a, opened_a));
  DLAS_ASSIGN(const study::Chosen recipe_b, study::choose_recipe(pictures.recipe_b, opened_b));
  DLAS_ASSIGN(const data::Dataset dataset, data::open_dataset(pictures.data));
  study::DiffOptions options;
  options.images = pictures.images;
  options.seed = pictures.seed;
  DLAS_ASSIGN(study::ClassNames names_a, study::class_names("", opened_a));
  DLAS_ASSIGN(study::ClassNames names_b, study::class_names("", opened_b));
  options.names_a = std::move(names_a.names);
  options.names_b = std::move(names_b.names);
  return study::diff({a.path(), opened_a.executor.get(), recipe_a.recipe},
                     {b.path(), opened_b.executor.get(), recipe_b.recipe}, dataset, options);
}

inside::Result<study::Difference> compare_tensors(const v1::Model& a, const v1::Model& b, const v1::Tensors& inputs) {
  DLAS_ASSIGN(const auto arrays, inside::inner(inputs));
  DLAS_ASSIGN(const study::Opened opened_a, study::open_model(a.state().model, {}, arrays));
  DLAS_ASSIGN(const study::Opened opened_b, study::open_model(b.state().model, {}, arrays));
  DLAS_TRY(study::check_arrays(arrays, "", {&opened_a, &opened_b}));
  return study::diff_tensors({a.path(), opened_a.executor.get(), {}}, {b.path(), opened_b.executor.get(), {}}, arrays);
}

}  // namespace

v1::Result<Comparison> compare(const v1::Model& a, const v1::Model& b, const Pictures& pictures) {
  return finished(compare_pictures(a, b, pictures));
}

v1::Result<Comparison> compare(const v1::Model& a, const v1::Model& b, const v1::Tensors& inputs) {
  return finished(compare_tensors(a, b, inputs));
}

}  // namespace v1
}  // namespace dlas
