// Small networks with something for every pass: convolutions of all kinds, norms, spelled-out activations, pads, transposes, twins.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "compiler/attributes.h"
#include "compiler/pass_testing.h"
#include "model/graph/infer.h"
#include "model/op/list_elementwise.h"
#include "model/op/list_nn.h"
#include "model/op/list_shape.h"

namespace dlas::compiler::testing {
namespace {

class Builder {
 public:
  explicit Builder(std::uint64_t seed) : random_(seed) {}

  Graph build() {
    graph_.name = "random";
    const std::int64_t channels = pick({1, 3, 4, 6});
    live_.push_back(
        graph_.add_input("x", Type(DType::f32, {pick({1, 2}), channels, pick({5, 8, 9}), pick({6, 7, 8})})));
    const std::int64_t steps = 5 + pick({0, 2, 4, 8, 12});
    for (std::int64_t i = 0; i < steps; ++i) step();
    head();
    return std::move(graph_);
  }

 private:
  using Ids = std::vector<ValueId>;

  std::int64_t pick(std::initializer_list<std::int64_t> of) {
    return *(of.begin() + static_cast<std::ptrdiff_t>(random_() % of.size()));
  }
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  std::string name(const char* what) { return fmt::format("{}{}", what, ++names_); }
  const Shape shape(ValueId v) const { return graph_.value(v).type.shape(); }
  Tensor numbers(Shape s, double low, double high) {
    Tensor t = Tensor::make(DType::f32, std::move(s));
    std::uniform_real_distribution<float> d(static_cast<float>(low), static_cast<float>(high));
    for (float& x : t.mutable_as<float>()) x = d(random_);
    return t;
  }
  ValueId constant(Shape s, double low = -1, double high = 1) {
    return graph_.add_constant(name("c"), numbers(std::move(s), low, high));
  }
  ValueId scalar(float value) { return graph_.add_constant(name("k"), Tensor::of<float>({}, {value})); }
  ValueId add(const Op& op, const AttributeList& list, Ids in, const char* what) {
    const ValueId v = graph_.add(op, attributes_of(op, list), std::move(in), name(what));
    const auto inferred = infer_types(graph_, static_cast<NodeId>(graph_.nodes().size() - 1));
    check(inferred.ok(), inferred.ok() ? "" : inferred.error().message());
    return v;
  }
  ValueId any() { return live_[random_() % live_.size()]; }
  ValueId latest() { return chance(70) ? live_.back() : any(); }
  void made(ValueId v) { live_.push_back(v); }

  ValueId conv(ValueId x, std::int64_t out, std::int64_t kernel, bool fresh_window = true) {
    const Shape s = shape(x);
    const std::int64_t room = std::min(s[2], s[3]);
    const std::int64_t dilation = fresh_window && kernel == 3 && room >= 5 ? pick({1, 1, 2}) : 1;
    const std::int64_t pad = kernel == 3 && room < 2 * dilation + 1 ? dilation
                             : fresh_window                         ? pick({0, kernel / 2})
                                                                    : 0;
    const bool depthwise = fresh_window && chance(25), grouped = s[1] % 2 == 0 && out % 2 == 0 && chance(20);
    const std::int64_t group = depthwise ? s[1] : grouped ? 2 : 1;
    if (depthwise) out = s[1];
    Ids in{x, constant({out, s[1] / group, kernel, kernel})};
    if (chance(60)) in.push_back(constant({out}));
    return add(op::conv,
               {{"group", group},
                {"strides", std::vector<std::int64_t>(2, fresh_window && room > 4 ? pick({1, 1, 2}) : 1)},
                {"dilations", std::vector<std::int64_t>(2, dilation)},
                {"pads", std::vector<std::int64_t>(4, pad)}},
               in, "conv");
  }
  ValueId norm(ValueId x) {
    const std::int64_t c = shape(x)[1];
    return add(op::batch_normalization, {{"epsilon", 1e-3}},
               {x, constant({c}, 0.5, 1.5), constant({c}), constant({c}), constant({c}, 0.3, 2)}, "norm");
  }
  ValueId activation(ValueId x) {
    switch (pick({0, 1, 2, 3, 4, 5, 6})) {
      case 0: return add(op::relu, {}, {x}, "relu");
      case 1: return add(op::clip, {}, {x, scalar(0), scalar(6)}, "clip");
      case 2: return add(op::mul, {}, {x, add(op::sigmoid, {}, {x}, "gate")}, "silu");
      case 3: {
        const ValueId r = add(op::relu6, {}, {add(op::add, {}, {x, scalar(3)}, "plus3")}, "relu6_");
        return add(op::div, {}, {add(op::mul, {}, {x, r}, "gated"), scalar(6)}, "hswish");
      }
      case 4: {
        const ValueId e = add(op::erf, {}, {add(op::div, {}, {x, scalar(1.4142135F)}, "scaled")}, "erf");
        const ValueId one = add(op::add, {}, {e, scalar(1)}, "plus1");
        return add(op::mul, {}, {add(op::mul, {}, {x, one}, "half"), scalar(0.5F)}, "gelu");
      }
      case 5: return add(op::tanh, {}, {x}, "tanh");
      default: return add(op::max, {}, {x, scalar(0)}, "max");
    }
  }
  ValueId turned(ValueId x) {  // to NHWC, something there, and back
    const std::vector<std::int64_t> to{0, 2, 3, 1}, back{0, 3, 1, 2};
    ValueId v = add(op::transpose, {{"perm", to}}, {x}, "to_nhwc");
    if (chance(50)) v = add(op::add, {}, {v, constant({shape(v)[3]})}, "bias");
    if (chance(50)) v = add(op::relu, {}, {v}, "relu");
    return add(op::transpose, {{"perm", back}}, {v}, "to_nchw");
  }
  ValueId padded(ValueId x) {
    const ValueId pads =
        graph_.add_constant(name("pads"), Tensor::of_i64(std::vector<std::int64_t>{0, 0, 1, 1, 0, 0, 1, 0}));
    return conv(add(op::pad, {}, {x, pads}, "pad"), pick({2, 4, 6}), 3);
  }
  ValueId pool(ValueId x) {
    const Shape s = shape(x);
    if (std::min(s[2], s[3]) < 3) return x;
    const AttributeList list{{"kernel_shape", std::vector<std::int64_t>{2, 2}},
                             {"strides", std::vector<std::int64_t>(2, pick({1, 2}))}};
    return add(chance(50) ? op::max_pool : op::average_pool, list, {x}, "pool");
  }
  void branches(ValueId x) {  // alike convolutions of one value, put together again
    const ValueId a = conv(x, 4, 1, false), b = conv(x, 2, 1, false);
    made(add(op::concat, {{"axis", std::int64_t{1}}}, {a, norm(b)}, "concat"));
  }
  void twins(ValueId x) {
    const ValueId a = add(op::tanh, {}, {x}, "tanh"), b = add(op::tanh, {}, {x}, "tanh");
    made(add(op::sub, {}, {a, add(op::mul, {}, {b, scalar(0.5F)}, "half")}, "twins"));
  }
  void residual() {
    const ValueId a = live_.back();
    for (const ValueId b : live_)
      if (b != a && shape(a) == shape(b)) return made(add(op::add, {}, {a, b}, "sum"));
    made(add(op::mul, {}, {a, constant({shape(a)[1], 1, 1}, 0.5, 2)}, "scale"));
  }
  ValueId casts(ValueId x) {
    const ValueId wide = add(op::cast, {{"to", DType::f64}}, {x}, "wide");
    return add(op::identity, {}, {add(op::cast, {{"to", DType::f32}}, {wide}, "narrow")}, "same");
  }

  void step() {
    const ValueId x = latest();
    switch (pick({0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9})) {
      case 0: return made(conv(x, pick({2, 3, 4, 6, 8}), pick({1, 3})));
      case 1: return made(norm(x));
      case 2: return made(activation(x));
      case 3: return residual();
      case 4: return made(turned(x));
      case 5: return made(padded(x));
      case 6: return made(pool(x));
      case 7: return branches(x);
      case 8: return twins(x);
      default: return made(casts(x));
    }
  }

  void head() {
    const ValueId x = live_.back();
    const std::int64_t channels = shape(x)[1], classes = 5;
    const ValueId axes = graph_.add_constant("axes", Tensor::of<std::int64_t>({2}, {2, 3}));
    const ValueId flat = add(op::reduce_mean, {{"keepdims", std::int64_t{0}}}, {x, axes}, "mean");
    const ValueId product = add(op::mat_mul, {}, {flat, constant({channels, classes})}, "product");
    const ValueId logits = add(op::add, {}, {product, constant({classes})}, "logits");
    if (chance(40)) {
      const ValueId other = add(op::neg, {}, {constant({channels, 2})}, "negated");
      graph_.outputs.push_back(add(op::mat_mul, {}, {flat, other}, "other"));
    }
    if (chance(40)) graph_.outputs.push_back(add(op::mat_mul, {}, {flat, constant({channels, 4})}, "another"));
    if (chance(30)) graph_.outputs.push_back(add(op::gemm, {{"alpha", 0.5}}, {flat, constant({channels, 3})}, "side"));
    graph_.outputs.push_back(add(op::softmax, {}, {logits}, "scores"));
    const ValueId between = any();
    if (chance(30) && graph_.value(between).producer != kNone) graph_.outputs.push_back(between);
  }

  std::mt19937_64 random_;
  Graph graph_;
  Ids live_;
  int names_ = 0;
};

}  // namespace

Graph random_graph(std::uint64_t seed) { return Builder(seed).build(); }

}  // namespace dlas::compiler::testing
