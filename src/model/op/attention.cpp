// Attention: softmax(scale Q K^T + bias) V for each head, with masks and a cache of keys and values.  ONNX Attention, opset 23 to 25
//
// Q, K, V [N, heads, S, size], or [N, S, heads size] with q_num_heads and kv_num_heads. A key head serves
// q_num_heads / kv_num_heads query heads, which follow each other. scale is 1 / sqrt(size) when absent.
// softcap c > 0 makes of a score c tanh(score / c), before the bias (attention_bias.h) is added. Keys with bias minus
// infinity take no part; a query that sees no key gives 0. All is float64 and rounded once, whatever softmax_precision.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

#include "base/checked.h"
#include "model/op/attention_bias.h"
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kQ, kK, kV, kMask, kPastKey, kPastValue, kValid };
enum Output { kY, kPresentKey, kPresentValue, kScores };
enum Stage { kRaw, kCapped, kBiased, kWeights };  // what output 3 shows

struct Attributes {
  std::int64_t is_causal = 0;
  std::int64_t kv_num_heads = 0, q_num_heads = 0;  // 0: absent
  std::int64_t left_window_size = -1, right_window_size = -1;
  std::int64_t qk_matmul_output_mode = kRaw;
  std::optional<double> scale;
  double softcap = 0;
  DType softmax_precision = DType::none;
  void fields(auto& f) {
    f("is_causal", is_causal);
    f("kv_num_heads", kv_num_heads);
    f("left_window_size", left_window_size);
    f("q_num_heads", q_num_heads);
    f("qk_matmul_output_mode", qk_matmul_output_mode);
    f("right_window_size", right_window_size);
    f("scale", scale);
    f("softcap", softcap);
    f("softmax_precision", softmax_precision);
  }
};

struct Heads {
  Dim batch, heads, length, size;
};

Result<Heads> heads_of(const Site& site, const Types& in, std::size_t slot) {
  const auto& a = site.attributes<Attributes>();
  const Type& type = in[slot];
  if (!is_float(type.dtype)) return site.wrong_input(slot, "floats", type);
  if (slot != kQ && type.rank() != in[kQ].rank())
    return site.wrong_input(slot, std::to_string(in[kQ].rank()) + " axes as input 0 has", type);
  if (type.rank() == 4) return Heads{type.dim(0), type.dim(1), type.dim(2), type.dim(3)};
  if (type.rank() != 3) return site.wrong_input(slot, "3 or 4 axes", type);
  const std::int64_t heads = slot == kQ ? a.q_num_heads : a.kv_num_heads;
  if (heads < 1)
    return site.wrong_attribute(slot == kQ ? "q_num_heads" : "kv_num_heads", "at least 1", std::to_string(heads));
  Dim size;
  if (type.dim(2).known()) {
    if (type.dim(2).size() % heads != 0)
      return site.wrong_input(slot, "features for " + std::to_string(heads) + " heads", type);
    size = type.dim(2).size() / heads;
  }
  return Heads{type.dim(0), heads, type.dim(1), size};
}

struct Sizes {
  Heads q, k, v;
  Dim past = 0, total;
};

Result<Sizes> sizes_of(const Site& site, const Types& in) {
  Sizes s;
  DLAS_ASSIGN(s.q, heads_of(site, in, kQ));
  DLAS_ASSIGN(s.k, heads_of(site, in, kK));
  DLAS_ASSIGN(s.v, heads_of(site, in, kV));
  if (!may_equal(s.q.batch, s.k.batch) || !may_equal(s.q.size, s.k.size))
    return site.wrong_input(kK, "batch and features as input 0 has", in[kK]);
  if (!may_equal(s.k.batch, s.v.batch) || !may_equal(s.k.heads, s.v.heads) || !may_equal(s.k.length, s.v.length))
    return site.wrong_input(kV, "batch, heads and length as input 1 has", in[kV]);
  const bool known = s.q.heads.known() && s.k.heads.known();
  if (known && (s.k.heads.size() == 0 || s.q.heads.size() % s.k.heads.size() != 0))
    return site.wrong_input(kK, "heads that divide the " + text(s.q.heads) + " of input 0", in[kK]);
  if (in.has(kPastKey) != in.has(kPastValue))
    return site.wrong_input(in.has(kPastKey) ? kPastValue : kPastKey, "past key and value together", "none");
  if (in.has(kPastKey) && in[kPastKey].rank() == 4) s.past = in[kPastKey].dim(2);
  s.total = sum(s.past, s.k.length);
  return s;
}

Status check_cache(const Site& site, const Types& in, const Sizes& s) {
  for (const auto& [slot, like, of] : {std::tuple(kPastKey, &s.k, kK), std::tuple(kPastValue, &s.v, kV)}) {
    if (!in.has(slot)) continue;
    const Type want(in[of].dtype, {like->batch, like->heads, s.past, like->size});
    bool fits = in[slot].dtype == want.dtype && in[slot].rank() == 4;
    for (std::size_t i = 0; fits && i < 4; ++i) fits = may_equal(in[slot].dim(i), want.dim(i));
    if (!fits) return site.wrong_input(slot, text(want), in[slot]);
  }
  if (!in.has(kValid)) return {};
  if (in.has(kPastKey)) return site.wrong_input(kValid, "none beside a past key", in[kValid]);
  if (in[kValid].dtype != DType::i64 || in[kValid].rank() != 1 || !may_equal(in[kValid].dim(0), s.q.batch))
    return site.wrong_input(kValid, text(Type(DType::i64, {s.q.batch})), in[kValid]);
  return {};
}

Status check_mask(const Site& site, const Types& in, const Sizes& s) {
  if (!in.has(kMask)) return {};
  const Type& mask = in[kMask];
  const Type want(mask.dtype, {s.q.batch, s.q.heads, s.q.length, s.total});
  bool fits = (mask.dtype == DType::boolean || is_float(mask.dtype)) && mask.rank() >= 1 && mask.rank() <= 4;
  for (std::size_t i = 0; fits && i + 1 < mask.rank(); ++i)
    fits = may_equal(mask.dim(i), 1) || may_equal(mask.dim(i), want.dim(4 - mask.rank() + i));
  if (fits) {
    const Dim& last = mask.dim(mask.rank() - 1);
    fits = !last.known() || !s.total.known() || last.size() <= s.total.size();
  }
  if (!fits) return site.wrong_input(kMask, "bools or floats that broadcast to " + text(want), mask);
  return {};
}

Result<Types> infer(const Site& site, const Types& in) {
  const auto& a = site.attributes<Attributes>();
  DLAS_ASSIGN(const Sizes s, sizes_of(site, in));
  DLAS_TRY(check_cache(site, in, s));
  DLAS_TRY(check_mask(site, in, s));
  if (a.qk_matmul_output_mode < kRaw || a.qk_matmul_output_mode > kWeights)
    return site.wrong_attribute("qk_matmul_output_mode", "from 0 to 3", std::to_string(a.qk_matmul_output_mode));
  for (const auto& [name, size] :
       {std::pair("left_window_size", a.left_window_size), std::pair("right_window_size", a.right_window_size)})
    if (size < -1 || size > std::numeric_limits<std::int32_t>::max())
      return site.wrong_attribute(name, "-1 or a number of keys", std::to_string(size));
  std::vector<Dim> y{s.q.batch, s.q.heads, s.q.length, s.v.size};
  if (in[kQ].rank() == 3) y = {s.q.batch, s.q.length, product(s.q.heads, s.v.size)};
  return Types{Type(in[kQ].dtype, std::move(y)), Type(in[kK].dtype, {s.k.batch, s.k.heads, s.total, s.k.size}),
               Type(in[kV].dtype, {s.v.batch, s.v.heads, s.total, s.v.size}),
               Type(in[kQ].dtype, {s.q.batch, s.q.heads, s.q.length, s.total})};
}

// A tensor with known sizes as [batch, heads, length, size].
struct Block {
  std::int64_t batch = 0, heads = 0, length = 0, size = 0;
  std::vector<double> values;
  Block(const Heads& h, std::vector<double> from, bool heads_last)
      : batch(h.batch.size()), heads(h.heads.size()), length(h.length.size()), size(h.size.size()) {
    values = heads_last ? swapped(from, batch, length, heads, size) : std::move(from);
  }
  // [n, a, b, size] -> [n, b, a, size]
  static std::vector<double> swapped(const std::vector<double>& x, std::int64_t n, std::int64_t a, std::int64_t b,
                                     std::int64_t size) {
    std::vector<double> out;
    out.reserve(x.size());
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t k = 0; k < b; ++k)
        for (std::int64_t j = 0; j < a; ++j) {
          const auto row = x.begin() + ((i * a + j) * b + k) * size;
          out.insert(out.end(), row, row + size);
        }
    return out;
  }
  // Puts the past before what is here.
  void extend(const std::vector<double>& past, std::int64_t past_length) {
    std::vector<double> out;
    for (std::int64_t i = 0; i < batch * heads; ++i) {
      out.insert(out.end(), past.begin() + i * past_length * size, past.begin() + (i + 1) * past_length * size);
      out.insert(out.end(), values.begin() + i * length * size, values.begin() + (i + 1) * length * size);
    }
    length += past_length;
    values = std::move(out);
  }
  const double* row(std::int64_t n, std::int64_t h, std::int64_t i) const {
    return values.data() + ((n * heads + h) * length + i) * size;
  }
};

// The softmax of scores + bias; keys with bias minus infinity have weight 0.
void to_weights(std::span<double> scores, std::span<const double> bias) {
  constexpr double kUnseen = -std::numeric_limits<double>::infinity();
  double most = kUnseen, total = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (bias[i] != kUnseen) most = std::max(most, scores[i] + bias[i]);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = bias[i] == kUnseen ? 0 : std::exp(scores[i] + bias[i] - most);
    total += scores[i];
  }
  if (total == 0) return;
  for (double& v : scores) v /= total;
}

// One call: the parts that all queries share.
struct Run {
  const Attributes& a;
  const Block &q, &k, &v;
  const AttentionBias& bias;
  std::vector<double> y, shown;
  std::vector<double> scores, added;

  void show(std::int64_t stage) {
    if (a.qk_matmul_output_mode != stage) return;
    for (std::size_t i = 0; i < scores.size(); ++i) shown.push_back(scores[i] + (stage == kBiased ? added[i] : 0));
  }
  void query(std::int64_t n, std::int64_t h, std::int64_t i) {
    const std::int64_t kv = h / (q.heads / k.heads);
    const double scale = a.scale.value_or(1 / std::sqrt(static_cast<double>(q.size)));
    const double* x = q.row(n, h, i);
    for (std::int64_t j = 0; j < k.length; ++j) {
      double dot = 0;
      for (std::int64_t d = 0; d < q.size; ++d) dot += x[d] * k.row(n, kv, j)[d];
      scores[static_cast<std::size_t>(j)] = dot * scale;
    }
    bias.row(n, h, i, added);
    show(kRaw);
    if (a.softcap > 0)
      for (double& s : scores) s = a.softcap * std::tanh(s / a.softcap);
    show(kCapped);
    show(kBiased);
    to_weights(scores, added);
    show(kWeights);
    for (std::int64_t d = 0; d < v.size; ++d) {
      double sum = 0;
      for (std::int64_t j = 0; j < v.length; ++j)
        if (const double w = scores[static_cast<std::size_t>(j)]; w != 0) sum += w * v.row(n, kv, j)[d];
      y.push_back(sum);
    }
  }
};

Status run(const Call& call) {
  const auto& a = call.attributes<Attributes>();
  DLAS_ASSIGN(const Sizes s, sizes_of(call.site, call.in_types));
  const bool heads_last = call.in[kQ].rank() == 3;
  const Block q(s.q, reals(call, kQ), heads_last);
  Block k(s.k, reals(call, kK), heads_last), v(s.v, reals(call, kV), heads_last);
  if (call.has(kPastKey)) {
    k.extend(reals(call, kPastKey), s.past.size());
    v.extend(reals(call, kPastValue), s.past.size());
  }
  const AttentionBounds bounds{a.is_causal != 0, a.left_window_size, a.right_window_size, k.length, s.past.size()};
  const AttentionBias bias(bounds, call.has(kMask) ? call.in[kMask] : Tensor(),
                           call.has(kValid) ? call.in[kValid] : Tensor(), q.batch, q.heads, q.length);
  const auto keys = static_cast<std::size_t>(k.length);
  Run run{a, q, k, v, bias, {}, {}, std::vector<double>(keys), std::vector<double>(keys)};
  for (std::int64_t n = 0; n < q.batch; ++n)
    for (std::int64_t h = 0; h < q.heads; ++h)
      for (std::int64_t i = 0; i < q.length; ++i) run.query(n, h, i);
  store(heads_last ? Block::swapped(run.y, q.batch, q.heads, q.length, v.size) : run.y, call.out[kY]);
  const std::vector<double>* others[] = {&k.values, &v.values, &run.shown};
  for (std::size_t i = 0; i < 3; ++i)
    if (call.out.size() > i + 1 && !call.out[i + 1].absent()) store(*others[i], call.out[i + 1]);
  return {};
}

Cost cost(const Site& site, const Types& in, const Types& out) {
  Cost cost;
  for (const Types* list : {&in, &out})
    for (const Type& t : *list) cost.bytes += t.bytes().value_or(0);
  const auto s = sizes_of(site, in);
  if (!s.ok()) return cost;
  const auto scores = Type(DType::f32, {s->q.batch, s->q.heads, s->q.length, s->total}).count();
  if (!scores || !s->q.size.known() || !s->v.size.known()) return cost;
  const auto each = checked_add(s->q.size.size(), s->v.size.size());
  const auto macs = each ? checked_mul(*scores, *each) : std::nullopt;
  cost.macs = macs ? static_cast<std::uint64_t>(*macs) : ~0ULL;
  return cost;
}

}  // namespace

const Op attention = {
    .name = "Attention",
    .inputs = "Q K V attn_mask? past_key? past_value? nonpad_kv_seqlen?",
    .outputs = "Y present_key? present_value? qk_matmul_output?",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
