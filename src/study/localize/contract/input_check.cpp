#include "study/localize/contract/input_check.h"

#include <algorithm>
#include <cmath>

#include "study/compare/align.h"
#include "study/compare/float_meaning.h"

namespace dlas::study::localize {
namespace {

constexpr double kSameInput = 1e-3;  // recipes that round differently

// Half a step of a file's input, relative to the input's size: so much may be lost.
double step_of(const Graph& file, const Tensor& input) {
  const auto q = quantizations(file)[static_cast<std::size_t>(file.inputs[0])];
  if (!q || q->scales.empty()) return 0;
  double squares = 0;
  for (std::int64_t i = 0; i < input.count(); ++i) squares += input.number(i) * input.number(i);
  const double rms = std::sqrt(squares / static_cast<double>(std::max<std::int64_t>(input.count(), 1)));
  return rms > 0 ? std::ranges::max(q->scales) / 2 / rms : 0;
}

// Regions that read nothing but the input.
std::vector<std::size_t> first_regions(const Models& models, const Probe& probe, const Settled& settled) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < settled.pairs.size(); ++i) {
    const Region* region = probe.region(settled.pairs[i]);
    if (region && region->reads.size() == 1 && models.b.graph.value(region->reads[0]).producer == kNone)
      out.push_back(i);
  }
  return out;
}

// A layer with all weights 1.5 times the source's computes the same from an input 1.5 times as small. So one factor for all channels counts
// as preprocessing only where it is one that people use, or where the target indeed gets such an input.
bool is_preprocessing(const InputMap& map) {
  double factor = 0;
  for (std::size_t t = 0; t < map.channels(); ++t)
    for (std::size_t c = 0; c < map.channels(); ++c) {
      if (t != c && map.matrix[t][c] != 0) return true;
      if (t == c && t == 0) factor = map.matrix[t][c];
      if (t == c && std::abs(map.matrix[t][c] - factor) > 0.01 * std::abs(factor)) return true;
    }
  for (const double offset : map.offset)
    if (std::abs(offset) > 0.01 * std::abs(factor)) return true;
  for (const double known : {255.0, 127.5, 128.0, 256.0})
    if (std::abs(factor / known - 1) < 0.01 || std::abs(factor * known - 1) < 0.01) return true;
  return false;
}

double gap_of(const Models& models, const Aligned& input, const Tensor& needed_by_a, const Tensor& given) {
  const Tensor needed = as_target(needed_by_a, input.order, models.b.graph.value(input.b).type);
  return deviation(needed, given.reshaped(Shape(needed.shape()))).relative;
}

}  // namespace

std::optional<InputCheck> check_input(const Models& models, const Probe& probe, const Settled& settled,
                                      const Tensor& given) {
  if (models.a.graph.inputs.size() != 1 || models.b.graph.inputs.size() != 1) return std::nullopt;
  const auto input = std::ranges::find(settled.pairs, 0, &Aligned::step_b);  // the first step is the input
  if (input == settled.pairs.end() || given.dtype() != DType::f32) return std::nullopt;
  const Tensor& of_a = probe.of_source().at(input->a);
  if (of_a.dtype() != DType::f32 || of_a.count() != given.count()) return std::nullopt;
  InputCheck out;
  for (const std::size_t i : first_regions(models, probe, settled)) {
    const Local& local = settled.locals[i];
    if (local.clean() || local.refused) continue;
    const auto map = recover_input(models, probe, settled.pairs, settled.pairs[i], local.error);
    if (map && (!out.map || map->error < out.first_error)) {
      out.map = map;
      out.first_error = map->error;
    }
  }
  out.allowed =
      kSameInput + step_of(models.a.file, given) + step_of(models.b.file, given) + (out.map ? 10 * out.first_error : 0);
  if (out.map) {
    out.gap = gap_of(models, *input, mapped(*out.map, of_a), given);
    if (out.fits() || is_preprocessing(*out.map)) return out;
    out.map.reset();
  }
  out.gap = gap_of(models, *input, of_a, given);
  return out;
}

}  // namespace dlas::study::localize
