// A graph made of bytes, for the fuzz target of operators and for tests of what holds for every graph: each operator of the
// table can appear, with inputs of likely and unlikely types, attributes of every kind that its schema takes, and quantised values.
//
// The same bytes give the same graph. A node whose types its operator refuses is left out, so that what comes out has passed the
// rules; bytes that run out read as 0.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/executor/likely_inputs_testing.h"
#include "model/graph/infer.h"
#include "model/op/list.h"

namespace dlas::testing {

class RandomNodes {
 public:
  explicit RandomNodes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  // Up to `nodes` of them; none when all were refused. `refused` counts.
  Graph make(std::size_t nodes = 4) {
    dtype_ = pick(kLikely);
    base_ = shape();
    const std::size_t wanted = 1 + below(nodes);
    for (std::size_t i = 0; i < wanted; ++i) add_node();
    for (const Node& node : graph_.nodes())
      for (const ValueId v : node.outputs)
        if (v != kNone) graph_.outputs.push_back(v);
    return std::move(graph_);
  }
  const std::vector<const Op*>& refused() const { return refused_; }

  // Numbers for any type: small integers and their like.
  Tensor content(DType dtype, Shape shape) {
    Tensor tensor = Tensor::make(dtype, std::move(shape));
    const std::uint8_t kind = byte();
    std::span<std::byte> raw = tensor.mutable_bytes();
    if (kind % 8 == 7) {  // any bits, for bool only its two
      for (std::byte& b : raw) b = std::byte(dtype == DType::boolean ? byte() & 1 : byte());
      return tensor;
    }
    if (dtype == DType::boolean || is_packed(dtype)) {
      for (std::byte& b : raw) b = std::byte(dtype == DType::boolean ? byte() & 1 : byte());
      return tensor;
    }
    for_each_number(tensor, kind);
    return tensor;
  }

 private:
  static constexpr DType kLikely[] = {DType::f32, DType::f32, DType::f32, DType::f32, DType::f64,     DType::f16,
                                      DType::i64, DType::i32, DType::i8,  DType::u8,  DType::boolean, DType::bf16};
  static constexpr DType kAll[] = {DType::f64, DType::f32, DType::f16, DType::bf16, DType::i4,
                                   DType::i8,  DType::i16, DType::i32, DType::i64,  DType::u4,
                                   DType::u8,  DType::u16, DType::u32, DType::u64,  DType::boolean};

  std::uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  std::size_t below(std::size_t n) { return n > 1 ? byte() % n : 0; }
  template <typename T, std::size_t N>
  T pick(const T (&of)[N]) {
    return of[below(N)];
  }

  Shape shape() {
    static constexpr std::size_t kRanks[] = {4, 4, 4, 2, 3, 1, 0, 5, 2, 4};
    static constexpr std::int64_t kSizes[] = {1, 2, 3, 4, 5, 8, 2, 4, 6, 0, 1, 3};
    Shape out(pick(kRanks));
    for (std::int64_t& size : out) size = pick(kSizes);
    return out;
  }

  void for_each_number(Tensor& tensor, std::uint8_t kind) {
    int n = 0;
    const auto next = [&]() -> int {
      switch (kind % 8) {
        case 0: return 0;
        case 1: return 1;
        case 2: return n++ % 5;
        case 3: return n++ % 7 - 3;
        case 4: return 2;
        default: return static_cast<std::int8_t>(byte());
      }
    };
    const auto fill = [&]<typename T>(T) {
      for (T& x : tensor.mutable_as<T>()) {
        if constexpr (requires { x = static_cast<float>(1); } && !std::is_arithmetic_v<T>)
          x = static_cast<float>(next()) / 4;
        else if constexpr (std::is_floating_point_v<T>) x = static_cast<T>(next()) / 4;
        else x = static_cast<T>(next());
      }
    };
    switch (tensor.dtype()) {
      case DType::f64: return fill(double{});
      case DType::f32: return fill(float{});
      case DType::f16: return fill(Half{});
      case DType::bf16: return fill(BFloat16{});
      case DType::i8: return fill(std::int8_t{});
      case DType::i16: return fill(std::int16_t{});
      case DType::i32: return fill(std::int32_t{});
      case DType::i64: return fill(std::int64_t{});
      case DType::u8: return fill(std::uint8_t{});
      case DType::u16: return fill(std::uint16_t{});
      case DType::u32: return fill(std::uint32_t{});
      case DType::u64: return fill(std::uint64_t{});
      default: return;
    }
  }

  std::shared_ptr<const Quantization> quantization(DType dtype, const Shape& of) {
    auto q = std::make_shared<Quantization>();
    const std::size_t axis = below(4);
    const bool per_axis = axis < of.size() && of[axis] > 0 && of[axis] < 100 && byte() % 4 == 0;
    q->axis = per_axis ? static_cast<int>(axis) : -1;
    q->bits = bits(dtype);
    const double scale = 0.0078125 * static_cast<double>(1 + below(64));
    const std::int64_t zero = is_unsigned_int(dtype) ? 128 : static_cast<std::int64_t>(below(3)) - 1;
    q->scales.assign(per_axis ? static_cast<std::size_t>(of[axis]) : 1, scale);
    q->zero_points.assign(q->scales.size(), bits(dtype) == 32 || bits(dtype) == 16 ? 0 : zero);
    return q;
  }

  // A fresh value: what an operator's next input often is, and what it is not.
  ValueId fresh() {
    DType dtype = dtype_;
    Shape of = base_;
    switch (below(12)) {
      case 0:
      case 1:
      case 2: break;
      case 3: of = {base_.size() > 1 ? base_[1] : 1}; break;                          // a number a channel
      case 4: of = {}; break;                                                         // one number
      case 5: of = {static_cast<std::int64_t>(below(5))}, dtype = DType::i64; break;  // axes, sizes, pads
      case 6: of = {2 * static_cast<std::int64_t>(base_.size())}, dtype = DType::i64; break;
      case 7: of.insert(of.begin(), 2); break;
      case 8: {  // a filter
        of.assign(std::max<std::size_t>(base_.size(), 2), 1 + static_cast<std::int64_t>(below(3)));
        of[0] = 1 + static_cast<std::int64_t>(below(6));
        of[1] = base_.size() > 1 ? base_[1] : 1;
        break;
      }
      case 9: dtype = pick(kAll); break;
      case 10: of = shape(); break;
      default: of = shape(), dtype = pick(kAll); break;
    }
    Value value;
    value.name = "v";
    const bool constant = byte() % 3 == 0 || (dtype == DType::i64 && byte() % 4 != 0);
    if (constant) value.constant = content(dtype, of);
    value.type = constant ? Type::of(value.constant) : Type(dtype, {of.begin(), of.end()});
    if ((dtype == DType::i8 || dtype == DType::u8 || dtype == DType::i32 || dtype == DType::i16) && byte() % 2 == 0)
      value.type.quantization = quantization(dtype, of);
    const ValueId id = graph_.add_value(std::move(value));
    if (!constant) graph_.inputs.push_back(id);
    return id;
  }

  ValueId input() {
    if (!made_.empty() && byte() % 2 == 0) return made_[below(made_.size())];
    return fresh();
  }

  AttributeValue value_of(std::size_t kind) {
    static constexpr std::int64_t kNumbers[] = {0, 1, 2, 3, -1, -2, 4, 5, 7, 100, 1'000'000'007};
    switch (kind) {
      case 0: return pick(kNumbers);
      case 1: return static_cast<double>(static_cast<std::int8_t>(byte())) / 8;
      case 2: return byte() % 2 == 0;
      case 3: return std::string(1, static_cast<char>('a' + below(26)));
      case 4: return pick(kAll);
      case 5: {
        // Often one number an axis of space, small and positive, which windows and strides want.
        const bool space = base_.size() > 2 && byte() % 2 == 0;
        std::vector<std::int64_t> list(space ? base_.size() - 2 : below(7));
        for (std::int64_t& x : list) x = space ? 1 + static_cast<std::int64_t>(below(2)) : pick(kNumbers);
        return list;
      }
      case 6: return std::vector<double>(below(4), 0.5);
      case 7: return std::vector<std::string>(below(4), "relu");
      default: return content(pick(kLikely), {static_cast<std::int64_t>(below(3))});
    }
  }

  // The words that an attribute takes stand in the error about one that it does not take: "one of nearest, linear".
  std::string word_from(std::string_view expected) {
    std::vector<std::string> words;
    for (std::size_t begin = expected.starts_with("one of ") ? 7 : 0; begin < expected.size();) {
      const std::size_t end = std::min(expected.find(", ", begin), expected.size());
      std::string word(expected.substr(begin, end - begin));
      std::erase_if(word, [](char c) { return c == '\'' || c == '"'; });
      words.push_back(std::move(word));
      begin = end + 2;
    }
    return words.empty() ? "" : words[below(words.size())];
  }

  AttributeSet attributes(const Op& op, AttributeList list) {
    const std::size_t given = list.size();
    for (const std::string_view name : op.attributes->names()) {
      if (byte() % (given == 0 ? 3 : 12) != 0 || std::ranges::find(list, name, &NamedAttribute::name) != list.end())
        continue;
      list.push_back({std::string(name), value_of(below(9))});
      // Nine kinds, of which one is taken: the next ones are tried before the attribute is given up.
      for (std::size_t kind = 0; kind < 9; ++kind) {
        auto made = op.attributes->make(list);
        if (made.ok()) break;
        const bool text = std::holds_alternative<std::string>(list.back().value);
        if (text) list.back().value = word_from(made.error().expected);
        if (text && op.attributes->make(list).ok()) break;
        if (kind == 8) list.pop_back();
        else list.back().value = value_of(kind);
      }
    }
    auto made = op.attributes->make(list);
    return made.ok() ? *std::move(made) : op.attributes->make({}).value();
  }

  // One of a legal call; now and then another one in its place.
  ValueId likely_input(const LikelyInput& like) {
    if (like.shape.empty() && like.content.empty() && like.dtype == DType::f32) return kNone;
    if (byte() % 8 == 0) return input();
    Value value;
    value.name = "v";
    if (!like.content.empty()) {
      value.constant = Tensor::make(like.dtype, like.shape);
      for (std::size_t k = 0; k < like.content.size(); ++k) put(value.constant, k, like.content[k]);
    } else if (byte() % 3 == 0) {
      value.constant = content(like.dtype, like.shape);
    }
    const bool constant = value.is_constant();
    value.type = constant ? Type::of(value.constant) : Type(like.dtype, {like.shape.begin(), like.shape.end()});
    const ValueId id = graph_.add_value(std::move(value));
    if (!constant) graph_.inputs.push_back(id);
    return id;
  }

  static void put(Tensor& tensor, std::size_t at, std::int64_t number) {
    if (tensor.dtype() == DType::i64) tensor.mutable_as<std::int64_t>()[at] = number;
    if (tensor.dtype() == DType::f32) tensor.mutable_as<float>()[at] = static_cast<float>(number);
    if (tensor.dtype() == DType::u8) tensor.mutable_as<std::uint8_t>()[at] = static_cast<std::uint8_t>(number);
  }

  void choose_inputs(const Op& op, const Likely* likely, Node& node) {
    if (likely) {
      for (const LikelyInput& like : likely->inputs) node.inputs.push_back(likely_input(like));
      return;
    }
    for (const Slot& slot : slots(op.inputs)) {
      if (slot.variadic)
        for (std::size_t more = below(3); more > 0; --more) node.inputs.push_back(input());
      node.inputs.push_back(slot.optional && byte() % 2 == 0 ? kNone : input());
    }
    while (!node.inputs.empty() && node.inputs.back() == kNone) node.inputs.pop_back();
  }

  void add_node() {
    const std::span<const Op* const> ops = op::all_ops();
    const std::size_t which = byte() + std::size_t{256} * byte();
    const Op& op = *ops[which % ops.size()];
    const Likely* likely = byte() % 4 == 0 ? nullptr : likely_call(op.name);
    // A refusal is tried again with other inputs, so that graphs get long enough; what was refused stays counted.
    for (int attempt = 0; attempt < 4 && !try_node(op, likely); ++attempt) refused_.push_back(&op);
  }

  bool try_node(const Op& op, const Likely* likely) {
    Node node;
    node.name = "n" + std::to_string(graph_.nodes().size());
    node.op = &op;
    node.op_name = op.name;
    node.attributes = attributes(op, likely ? likely->attributes : AttributeList());
    choose_inputs(op, likely, node);
    std::size_t outputs = 0;
    for (const Slot& slot : slots(op.outputs))
      outputs += slot.variadic ? 1 + below(3) : slot.optional ? static_cast<std::size_t>(byte() % 3 == 0) : 1;
    const auto types =
        infer_node(op, node.name, node.attributes, input_types(graph_, node), input_constants(graph_, node), outputs);
    if (!types.ok()) return false;
    for (std::size_t i = 0; i < outputs; ++i) {
      Value value;
      value.name = "y";
      value.type = i < types->size() ? (*types)[i] : Type();
      if ((value.type.dtype == DType::i8 || value.type.dtype == DType::u8) && value.type.fixed() && byte() % 2 == 0)
        value.type.quantization = quantization(value.type.dtype, value.type.shape());
      node.outputs.push_back(graph_.add_value(std::move(value)));
      made_.push_back(node.outputs.back());
    }
    graph_.add_node(std::move(node));
    return true;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  DType dtype_ = DType::f32;
  Shape base_;
  Graph graph_;
  std::vector<ValueId> made_;
  std::vector<const Op*> refused_;
};

}  // namespace dlas::testing
