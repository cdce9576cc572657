#include "hardware/accelerator/accelerator.h"

#include "hardware/accelerator/maeri/compute.h"
#include "hardware/accelerator/maeri/stepper.h"
#include "hardware/accelerator/magma/compute.h"
#include "hardware/accelerator/sigma/compute.h"
#include "hardware/accelerator/sigma/groups.h"
#include "hardware/accelerator/sigma/stepper.h"

namespace dlas::accelerator {
namespace {

Design design_of(const Job& job) {
  constexpr Design kDesigns[] = {Design::maeri, Design::sigma, Design::magma, Design::mesh};
  return kDesigns[job.index()];
}

Result<Outcome> run(const Configuration& c, const DenseJob& job, Engine engine) {
  DLAS_TRY(validate(job.layer));
  DLAS_TRY(validate(c, job.layer, job.tile));
  const maeri::Plan plan = maeri::plan(c, job.layer, job.tile);
  return engine == Engine::computed ? maeri::compute(c, plan) : maeri::step(c, plan);
}

Result<Outcome> run(const Configuration& c, const SparseProduct& job, Engine engine) {
  DLAS_TRY(sigma::validate(job));
  return engine == Engine::computed ? sigma::compute(c, job) : sigma::step(c, job);
}

Result<Outcome> run(const Configuration& c, const magma::Job& job, Engine engine) {
  DLAS_TRY(magma::validate(c, job));
  return engine == Engine::computed ? magma::compute(c, job) : magma::step(c, job);
}

Result<Outcome> run(const Configuration& c, const mesh::Job& job, Engine engine) {
  DLAS_TRY(mesh::validate(c, job));
  return mesh::run(c, job, engine == Engine::computed ? mesh::compute : mesh::step);
}

}  // namespace

Result<Outcome> simulate(const Configuration& configuration, const Job& job, Engine engine) {
  DLAS_TRY(validate(configuration));
  if (design_of(job) != configuration.design)
    return make_error(Code::usage, "a job for " + std::string(text(configuration.design)),
                      "one for " + std::string(text(design_of(job))));
  return std::visit([&](const auto& one) { return run(configuration, one, engine); }, job);
}

}  // namespace dlas::accelerator
