#include "study/localize/forcing/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "study/statistics/interval.h"
#include "study/statistics/signed_rank.h"

namespace dlas::study::localize {
namespace {

constexpr double kRate = 0.05;    // of false discoveries
constexpr double kProof = 10;     // floors that a single image has to exceed
constexpr double kLeast = 1e-12;  // so that an error of 0 has a logarithm

double p_of(const std::vector<double>& errors, double floor) {
  std::vector<double> logs;
  for (const double e : errors) logs.push_back(std::log(std::max(e, kLeast) / floor));
  return signed_rank(logs);
}

}  // namespace

std::vector<Tested> tested(const std::vector<std::vector<double>>& errors, const std::vector<Local>& locals) {
  std::vector<Tested> out(errors.size());
  std::vector<double> p;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    Tested& one = out[i];
    one.errors = errors[i];
    const bool refused = locals[i].refused.has_value();
    if (refused) {
      one.median = one.largest = std::numeric_limits<double>::infinity();
      one.p = 0;
    } else if (!one.errors.empty()) {
      one.median = median(one.errors).value;
      one.largest = *std::ranges::max_element(one.errors);
      one.p = locals[i].floor > 0 ? p_of(one.errors, locals[i].floor) : 1;
    }
    p.push_back(one.p);
  }
  const std::vector<bool> significant = discoveries(p, kRate);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double floor = locals[i].floor;
    out[i].fault =
        locals[i].refused.has_value() ||
        (out[i].largest > floor && ((significant[i] && out[i].median > floor) || out[i].largest > kProof * floor));
  }
  return out;
}

}  // namespace dlas::study::localize
