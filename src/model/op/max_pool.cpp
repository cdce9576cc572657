// MaxPool: the largest element under a sliding window; padding never wins.                   ONNX MaxPool, opset 1 to 22
//
// Indices name the element chosen, the first of equals, in the flattened input [N, C, D1, D2, ...]; storage_order 1
// counts the places column-major. A NaN inside the window gives NaN. Integers are compared as they are.
#include <cmath>
#include <limits>

#include "model/op/list_nn.h"
#include "model/op/pool.h"
#include "model/op/quantized/run.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

struct Attributes {
  PoolAttributes pool;
  bool storage_order = false;  // true: column-major
  void fields(auto& f) {
    pool.fields(f);
    f("storage_order", storage_order);
  }
};

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  if (in[0].dtype == DType::boolean) return site.wrong_input(0, "numbers", in[0]);
  DLAS_ASSIGN(std::vector<Dim> dims, pool_dims(site, a.pool, in[0]));
  Types out{Type(in[0].dtype, dims)};
  out.push_back(Type(DType::i64, std::move(dims)));
  return out;
}

// A row-major index as a column-major one.
std::int64_t column_major(std::int64_t place, const Shape& sizes) {
  std::vector<std::int64_t> index(sizes.size());
  for (std::size_t a = sizes.size(); a-- > 0; place /= sizes[a]) index[a] = place % sizes[a];
  std::int64_t out = 0;
  for (std::size_t a = sizes.size(); a-- > 0;) out = out * sizes[a] + index[a];
  return out;
}

template <typename T>
void pool(const Call& call, const Attributes& a) {
  const auto x = call.in[0].as<T>();
  const auto y = call.out[0].mutable_as<T>();
  const bool indices = call.out.size() > 1 && !call.out[1].absent();
  const Shape sizes = spatial(a.pool.layout, call.in[0].shape());
  const std::int64_t places = count(sizes);
  for_each_window(a.pool, call.in[0].shape(), [&](const Pooled& w) {
    const auto value = [&](std::size_t i) { return x[static_cast<std::size_t>(w.elements[i])]; };
    if (w.elements.empty()) return;  // a window of padding only keeps the zero
    std::size_t best = 0;
    for (std::size_t i = 1; i < w.elements.size(); ++i) {
      if constexpr (is_real_v<T>)
        if (std::isnan(static_cast<double>(value(best)))) break;
      if (!(value(i) <= value(best))) best = i;
    }
    if constexpr (is_real_v<T>) {
      const double v = activated(a.pool.activation, static_cast<double>(value(best)));
      y[static_cast<std::size_t>(w.out)] = static_cast<T>(v);
    } else {
      y[static_cast<std::size_t>(w.out)] = value(best);
    }
    if (indices)
      call.out[1].mutable_as<std::int64_t>()[static_cast<std::size_t>(w.out)] =
          w.plane * places + (a.storage_order ? column_major(w.places[best], sizes) : w.places[best]);
  });
}

Status run(const Call& call) {
  for_number(call.in[0].dtype(), [&]<typename T>() { pool<T>(call, call.attributes<Attributes>()); });
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  return pool_cost(site.attributes<Attributes>().pool, in, out);
}

}  // namespace

const Op max_pool = {
    .name = "MaxPool",
    .inputs = "X",
    .outputs = "Y Indices?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .run_quantized = quantized::run_max_pool,
    .cost = cost,
};

}  // namespace dlas::op
