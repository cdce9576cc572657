#include "study/repair/fault/net.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/sample.h"
#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::study::fault {
namespace {

using Integers = std::vector<std::int64_t>;

class Builder {
 public:
  Builder(bool folded, std::uint64_t seed) : folded_(folded), random_(seed) {
    graph_.name = "net";
    last_ = graph_.add_input(folded ? "x" : "image", Type(DType::f32, {1, 1, 28, 28}));
  }

  ValueId last() const { return last_; }
  bool folded() const { return folded_; }
  Builder& at(ValueId v) { return last_ = v, *this; }

  ValueId add(const char* op, AttributeList attributes, std::vector<ValueId> in) {
    const Op* found = op::find_op(op);
    check(found != nullptr, "the network is of known operators");
    last_ = graph_.add(*found, found->attributes->make(attributes).value(), std::move(in), next(op));
    check(infer_types(graph_, static_cast<NodeId>(graph_.nodes().size()) - 1).ok(), "the network has types");
    return last_;
  }

  // Sum of three uniform numbers: near enough to a normal one, and the same on every machine.
  double normal() {
    double sum = 0;
    for (int i = 0; i < 3; ++i) sum += static_cast<double>(random_.below(1 << 20)) / (1 << 20);
    return 2 * sum - 3;
  }
  std::vector<float> draw(std::int64_t count, double scale, double middle = 0) {
    std::vector<float> out;
    for (std::int64_t i = 0; i < count; ++i) out.push_back(static_cast<float>(middle + scale * normal()));
    return out;
  }
  ValueId constant(dlas::Shape shape, const std::vector<float>& values) {
    return graph_.add_constant(next("w"), Tensor::of<float>(std::move(shape), values));
  }

  // Conv and BatchNormalization; folded, the same in one Conv, computed in float64.
  Builder& conv(std::int64_t out, std::int64_t kernel, std::int64_t stride, bool depthwise = false) {
    const std::int64_t in = graph_.value(last_).type.dim(1).size(), inner = depthwise ? 1 : in;
    if (depthwise) out = in;
    std::vector<float> w =
        draw(out * inner * kernel * kernel, 1.6 / std::sqrt(static_cast<double>(inner * kernel * kernel)));
    const std::vector<float> scale = draw(out, 0.2, 1), shift = draw(out, 0.2), mean = draw(out, 0.2);
    std::vector<float> variance = draw(out, 0.15, 0.6);
    variance[0] = 2e-4F;  // a channel that hardly varies: there epsilon counts
    const std::int64_t pad = kernel / 2;
    // SAME of an even size and stride 2 is lopsided.
    const Integers pads = stride == 2 ? Integers{pad - 1, pad - 1, pad, pad} : Integers{pad, pad, pad, pad};
    const AttributeList attributes = {{"pads", kernel == 1 ? Integers{0, 0, 0, 0} : pads},
                                      {"strides", Integers{stride, stride}},
                                      {"kernel_shape", Integers{kernel, kernel}},
                                      {"group", depthwise ? in : std::int64_t{1}}};
    const double epsilon = 1e-3F;
    std::vector<float> bias(static_cast<std::size_t>(out));
    if (folded_)
      for (std::size_t o = 0; o < bias.size(); ++o) {
        const double factor = scale[o] / std::sqrt(variance[o] + epsilon);
        for (std::size_t k = 0; k < w.size() / bias.size(); ++k) {
          float& x = w[o * (w.size() / bias.size()) + k];
          x = static_cast<float>(x * factor);
        }
        bias[o] = static_cast<float>(shift[o] - mean[o] * factor);
      }
    const dlas::Shape vector{out};
    std::vector<ValueId> inputs{last_, constant({out, inner, kernel, kernel}, w)};
    if (folded_) inputs.push_back(constant(vector, bias));
    add("Conv", attributes, inputs);
    if (!folded_)
      add("BatchNormalization", {{"epsilon", epsilon}},
          {last_, constant(vector, scale), constant(vector, shift), constant(vector, mean),
           constant(vector, variance)});
    return *this;
  }
  Builder& relu() { return add("Relu", {}, {last_}), *this; }
  Builder& leaky() { return add("LeakyRelu", {{"alpha", static_cast<double>(0.1F)}}, {last_}), *this; }

  ValueId dense(std::int64_t in, std::int64_t out) {
    const ValueId w = constant({in, out}, draw(in * out, 1.2 / std::sqrt(static_cast<double>(in))));
    return add("Gemm", {}, {last_, w, constant({out}, draw(out, 0.3))});
  }

  Graph finish() {
    graph_.outputs = {last_};
    return std::move(graph_);
  }
  const Type& type() const { return graph_.value(last_).type; }
  ValueId list(const Integers& numbers) { return graph_.add_constant(next("list"), Tensor::of_i64(numbers)); }

 private:
  std::string next(std::string_view what) { return fmt::format("{}{}_{}", folded_ ? "t/" : "s/", what, ++count_); }

  Graph graph_;
  ValueId last_ = kNone;
  bool folded_;
  data::Random random_;
  int count_ = 0;
};

Graph plain(Builder b) {
  b.conv(8, 3, 1).leaky();
  b.add("MaxPool", {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{2, 2}}, {"pads", Integers{1, 1, 1, 1}}},
        {b.last()});
  b.conv(8, 3, 1).leaky().conv(8, 3, 2).leaky();
  b.conv(0, 3, 1, true).relu().conv(16, 1, 1).relu();
  b.add("AveragePool", {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{2, 2}}, {"pads", Integers{1, 1, 1, 1}}},
        {b.last()});
  b.add("Flatten", {{"axis", std::int64_t{1}}}, {b.last()});
  b.dense(16 * 4 * 4, 10);
  return b.finish();
}

ValueId branch(Builder& b, ValueId from, std::int64_t kernel) {
  b.at(from).conv(6, 1, 1).relu();
  if (kernel > 1) b.conv(6, kernel, 1).relu();
  return b.last();
}

Graph inception(Builder b) {
  b.conv(8, 3, 2).relu();
  for (int block = 0; block < 2; ++block) {
    const ValueId from = b.last();
    const ValueId one = branch(b, from, 1), three = branch(b, from, 3), five = branch(b, from, 5);
    const ValueId pooled =
        b.add("AveragePool",
              {{"kernel_shape", Integers{3, 3}}, {"strides", Integers{1, 1}}, {"pads", Integers{1, 1, 1, 1}}}, {from});
    const ValueId four = branch(b, pooled, 1);
    b.add("Concat", {{"axis", std::int64_t{1}}}, {one, three, five, four});
  }
  b.add("GlobalAveragePool", {}, {b.last()});
  b.add("Flatten", {{"axis", std::int64_t{1}}}, {b.last()});
  b.dense(24, 10);
  return b.finish();
}

// Down, up again by a transposed convolution and a Resize, and an answer a pixel that is summed up.
Graph decoder(Builder b) {
  b.conv(6, 3, 2).relu().conv(8, 3, 2).relu();
  const ValueId w = b.constant({8, 6, 3, 3}, b.draw(8 * 6 * 9, 0.25));
  b.add("ConvTranspose",
        {{"strides", Integers{2, 2}},
         {"pads", Integers{1, 1, 1, 1}},
         {"output_padding", Integers{1, 1}},
         {"kernel_shape", Integers{3, 3}}},
        {b.last(), w, b.constant({6}, b.draw(6, 0.2))});
  b.relu();
  const ValueId input = b.last();
  b.add("Resize", {{"mode", std::string("linear")}, {"coordinate_transformation_mode", std::string("half_pixel")}},
        {input, kNone, b.constant({4}, {1, 1, 2, 2})});
  b.add("Pad", {{"mode", std::string("reflect")}}, {b.last(), b.list({0, 0, 1, 1, 0, 0, 1, 1})});
  const ValueId kernel = b.constant({4, 6, 3, 3}, b.draw(4 * 6 * 9, 0.3));
  b.add("Conv", {{"kernel_shape", Integers{3, 3}}}, {b.last(), kernel});
  b.relu();
  b.add("AveragePool", {{"kernel_shape", Integers{7, 7}}, {"strides", Integers{7, 7}}}, {b.last()});
  b.add("Flatten", {{"axis", std::int64_t{1}}}, {b.last()});
  b.dense(4 * 4 * 4, 10);
  return b.finish();
}

// Rows of the picture as words: one block of attention and one of two layers with GELU.
Graph transformer(Builder b) {
  constexpr std::int64_t kWords = 28, kWidth = 28;  // equal: a wrong permutation still fits
  b.add("Reshape", {}, {b.last(), b.list({1, kWords, kWords})});
  const auto linear = [&](ValueId x, std::int64_t in, std::int64_t out) {
    const ValueId w = b.constant({in, out}, b.draw(in * out, 1.0 / std::sqrt(static_cast<double>(in))));
    const ValueId bias = b.constant({out}, b.draw(out, 0.2));
    return b.add("Add", {}, {b.add("MatMul", {}, {x, w}), bias});
  };
  const auto norm = [&](ValueId x) {
    const ValueId scale = b.constant({kWidth}, b.draw(kWidth, 0.2, 1)),
                  shift = b.constant({kWidth}, b.draw(kWidth, 0.1));
    return b.add("LayerNormalization", {{"axis", std::int64_t{-1}}}, {x, scale, shift});
  };
  const ValueId x = linear(b.last(), kWords, kWidth);
  const ValueId normed = norm(x);
  const ValueId q = linear(normed, kWidth, kWidth), k = linear(normed, kWidth, kWidth),
                v = linear(normed, kWidth, kWidth);
  const ValueId kt = b.add("Transpose", {{"perm", Integers{0, 2, 1}}}, {k});
  const ValueId scores = b.add("Mul", {}, {b.add("MatMul", {}, {q, kt}), b.constant({}, {0.5F})});
  const ValueId weights = b.add("Softmax", {{"axis", std::int64_t{-1}}}, {scores});
  const ValueId mixed = linear(b.add("MatMul", {}, {weights, v}), kWidth, kWidth);
  const ValueId sum = b.add("Add", {}, {x, mixed});
  const ValueId hidden = b.add("Gelu", {{"approximate", std::string("none")}}, {linear(norm(sum), kWidth, 32)});
  b.add("Add", {}, {sum, linear(hidden, 32, kWidth)});
  b.add("ReduceMean", {{"keepdims", std::int64_t{0}}}, {b.last(), b.list({1})});
  b.dense(kWidth, 10);
  return b.finish();
}

}  // namespace

std::string_view text(Shape shape) {
  switch (shape) {
    case Shape::plain: return "plain";
    case Shape::inception: return "inception";
    case Shape::decoder: return "decoder";
    case Shape::transformer: return "transformer";
  }
  return "";
}

Graph network(Shape shape, bool folded, std::uint64_t seed) {
  Builder b(folded, seed);
  switch (shape) {
    case Shape::plain: return plain(std::move(b));
    case Shape::inception: return inception(std::move(b));
    case Shape::decoder: return decoder(std::move(b));
    case Shape::transformer: break;
  }
  return transformer(std::move(b));
}

std::vector<data::Image> pictures(std::int64_t count, std::uint64_t seed) {
  constexpr int kSide = 28, kBlobs = 5;
  data::Random random(seed);
  const auto draw = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random.below(1 << 20)) / (1 << 20);
  };
  std::vector<data::Image> out;
  for (std::int64_t i = 0; i < count; ++i) {
    data::Image image{kSide, kSide, 1, std::vector<std::uint8_t>(kSide * kSide)};
    std::vector<double> light(image.pixels.size(), 0);
    for (int blob = 0; blob < kBlobs; ++blob) {
      const double x = draw(0, kSide), y = draw(0, kSide), width = draw(1.5, 6), height = draw(1.5, 6),
                   top = draw(60, 255);
      for (int r = 0; r < kSide; ++r)
        for (int c = 0; c < kSide; ++c) {
          const double d = (c - x) * (c - x) / (width * width) + (r - y) * (r - y) / (height * height);
          light[static_cast<std::size_t>(r * kSide + c)] += top / (1 + d * d);
        }
    }
    for (std::size_t p = 0; p < light.size(); ++p)
      image.pixels[p] = static_cast<std::uint8_t>(std::clamp(light[p] + draw(0, 12), 0.0, 255.0));
    out.push_back(std::move(image));
  }
  return out;
}

}  // namespace dlas::study::fault
