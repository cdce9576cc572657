// Convolutions and dense layers through the kernels of algorithm/, with what fits into their epilogues.
#include <algorithm>

#include "algorithm/algorithm.h"
#include "compiler/lower/anchor.h"
#include "compiler/lower/epilogue.h"
#include "compiler/lower/rules.h"

namespace dlas::compiler {
namespace {

using algorithm::Kernel;
using algorithm::View;

class KernelTask final : public Task {
 public:
  KernelTask(std::unique_ptr<Kernel> kernel, std::uint64_t work, SlotId in, SlotId residual, SlotId out)
      : kernel_(std::move(kernel)), in_(in), residual_(residual), out_(out) {
    reads = {in};
    if (residual != kNoSlot && residual != in) reads.push_back(residual);
    writes = {out};
    macs = work;
  }

  std::string describe() const override { return kernel_->describe(); }
  std::size_t packed_bytes() const override { return kernel_->packed_bytes(); }
  std::size_t scratch_bytes(std::span<const Placed> placed, int threads) const override {
    return kernel_->scratch_bytes(placed[static_cast<std::size_t>(in_)].border, threads);
  }
  Status run(Frame& frame) const override {
    algorithm::Arguments arguments;
    arguments.in = frame.picture(in_);
    arguments.out = frame.picture(out_);
    if (residual_ != kNoSlot) arguments.residual = frame.picture(residual_);
    arguments.scratch = frame.scratch;
    kernel_->run(arguments, frame.at(in_).border, *frame.loop);
    return {};
  }

 private:
  std::unique_ptr<Kernel> kernel_;
  SlotId in_, residual_, out_;
};

Result<std::unique_ptr<Kernel>> kernel_for(Lowering& lowering, const Anchor& anchor) {
  Tensor bias;
  if (!anchor.bias.empty()) {
    bias = Tensor::make(DType::f32, {static_cast<std::int64_t>(anchor.bias.size())});
    std::ranges::transform(anchor.bias, bias.mutable_as<float>().begin(),
                           [](double x) { return static_cast<float>(x); });
  }
  if (anchor.transposed) {
    algorithm::ConvTransposeProblem problem = *anchor.transposed;
    problem.epilogue = anchor.problem.epilogue;
    return algorithm::prepare(problem, lowering.target, anchor.weights, bias);
  }
  const auto schedule = algorithm::default_schedule(anchor.problem, lowering.target);
  return algorithm::prepare(anchor.problem, schedule, lowering.target, anchor.weights, bias);
}

void write(Lowering& lowering, Scope& scope, std::unique_ptr<Kernel> kernel, const Anchor& anchor, const Node& first,
           ValueId result, ValueId residual) {
  const bool turned = anchor.channels_first;
  const SlotId in = lowering.picture_as(scope, first.inputs[0], anchor.in, turned);
  lowering.want_border(in, kernel->border());
  const SlotId other = residual == kNone ? kNoSlot : lowering.picture_as(scope, residual, anchor.out, turned);
  const SlotId out = lowering.begin_result(scope, result, anchor.out, turned);
  lowering.add(std::make_unique<KernelTask>(std::move(kernel), multiply_adds(anchor), in, other, out), first);
  lowering.end_result(scope, result, out, turned);
}

}  // namespace

Lowered lower_anchor(Lowering& lowering, Scope& scope, std::span<const Node* const> chain) {
  const Node& first = *chain[0];
  auto anchor = anchor_of(lowering, scope, first);
  if (!anchor.ok()) return {0, anchor.error().found};
  std::string reason;
  // With as many of the operators behind it as a kernel takes along.
  for (std::size_t most = chain.size(); most > 0; --most) {
    Anchor fused = *anchor;
    const Epilogue epilogue = absorb(lowering, scope, first.outputs[0], chain.subspan(1, most - 1), fused);
    most = epilogue.taken + 1;
    auto kernel = kernel_for(lowering, fused);
    if (!kernel.ok()) {
      reason = kernel.error().message();
      continue;
    }
    write(lowering, scope, *std::move(kernel), fused, first, chain[epilogue.taken]->outputs[0], epilogue.residual);
    return {most, ""};
  }
  return {0, reason};
}

}  // namespace dlas::compiler
