// RotaryEmbedding: pairs of features turned by an angle that depends on the position.            ONNX RotaryEmbedding, opset 23
//
// X [N, heads, S, size] or [N, S, heads size]. Of each head the first rotary_embedding_dim features (0: all) form pairs
// (a, b) -> (a cos - b sin, a sin + b cos): feature i with i + half, or neighbours when interleaved. The caches are
// [N, S, half], or with position_ids [positions, half].
#include "model/op/list_nn.h"
#include "model/op/real.h"

namespace dlas::op {
namespace {

enum Input { kX, kCos, kSin, kPositions };

struct Attributes {
  bool interleaved = false;
  std::int64_t num_heads = 0;
  std::int64_t rotary_embedding_dim = 0;
  void fields(auto& f) {
    f("interleaved", interleaved);
    f("num_heads", num_heads);
    f("rotary_embedding_dim", rotary_embedding_dim);
  }
};

// Batch, heads, positions and features of a head.
struct Sizes {
  Dim batch, heads, length, size;
};

Result<Sizes> sizes_of(const Site& site, const Type& x) {
  const auto& a = site.attributes<Attributes>();
  if (x.rank() == 4) return Sizes{x.dim(0), x.dim(1), x.dim(2), x.dim(3)};
  if (x.rank() != 3) return site.wrong_input(kX, "3 or 4 axes", x);
  if (a.num_heads < 1) return site.wrong_attribute("num_heads", "at least 1", std::to_string(a.num_heads));
  Dim size;
  if (x.dim(2).known()) {
    if (x.dim(2).size() % a.num_heads != 0)
      return site.wrong_input(kX, "features for " + std::to_string(a.num_heads) + " heads", x);
    size = x.dim(2).size() / a.num_heads;
  }
  return Sizes{x.dim(0), a.num_heads, x.dim(1), size};
}

Result<Types> infer(const Site& site, const Types& in) {
  const std::int64_t asked = site.attributes<Attributes>().rotary_embedding_dim;
  if (!is_float(in[kX].dtype)) return site.wrong_input(kX, "floats", in[kX]);
  DLAS_ASSIGN(const Sizes s, sizes_of(site, in[kX]));
  if (asked < 0 || asked % 2 != 0 || (s.size.known() && asked > s.size.size()))
    return site.wrong_attribute("rotary_embedding_dim", "an even number of features", std::to_string(asked));
  Dim half;
  if (asked > 0) half = asked / 2;
  else if (s.size.known()) half = s.size.size() / 2;
  if (asked == 0 && s.size.known() && s.size.size() % 2 != 0)
    return site.wrong_input(kX, "an even number of features", in[kX]);
  const bool indexed = in.has(kPositions);
  const Type want(in[kX].dtype, indexed ? std::vector<Dim>{Dim(), half} : std::vector<Dim>{s.batch, s.length, half});
  for (std::size_t slot : {kCos, kSin}) {
    bool fits = in[slot].dtype == want.dtype && in[slot].rank() == want.rank();
    for (std::size_t i = 0; fits && i < want.rank(); ++i) fits = may_equal(in[slot].dim(i), want.dim(i));
    if (!fits) return site.wrong_input(slot, text(want), in[slot]);
  }
  if (indexed && (in[kPositions].dtype != DType::i64 || in[kPositions].rank() != 2 ||
                  !may_equal(in[kPositions].dim(0), s.batch) || !may_equal(in[kPositions].dim(1), s.length)))
    return site.wrong_input(kPositions, text(Type(DType::i64, {s.batch, s.length})), in[kPositions]);
  return Types{Type(in[kX].dtype, *in[kX].dims)};
}

// Turns the pairs of one head at one position.
void turn(double* x, const double* cosine, const double* sine, std::int64_t half, bool interleaved) {
  for (std::int64_t i = 0; i < half; ++i) {
    double& a = x[interleaved ? 2 * i : i];
    double& b = x[interleaved ? 2 * i + 1 : i + half];
    const double real = cosine[i] * a - sine[i] * b;
    b = sine[i] * a + cosine[i] * b;
    a = real;
  }
}

// The row of the caches for each sample and position.
Result<std::int64_t> cache_row(const Call& call, std::int64_t at, std::size_t cache) {
  if (!call.has(kPositions)) return at;
  const std::int64_t position = call.in[kPositions].integer(at), rows = call.in[cache].dim(0);
  if (position >= 0 && position < rows) return position;
  return call.site.wrong_input(kPositions, "positions of " + std::to_string(rows), std::to_string(position));
}

Status run(const Call& call) {
  const bool interleaved = call.attributes<Attributes>().interleaved;
  DLAS_ASSIGN(const Sizes s, sizes_of(call.site, call.in_types[kX]));
  const std::int64_t heads = s.heads.size(), length = s.length.size(), size = s.size.size();
  const std::int64_t half = call.in[kCos].shape().back();
  const bool heads_first = call.in[kX].rank() == 4;
  std::vector<double> x = reals(call, kX);
  const std::vector<double> cosine = reals(call, kCos), sine = reals(call, kSin);
  for (std::int64_t at = 0; at < s.batch.size() * length; ++at) {
    DLAS_ASSIGN(const std::int64_t cosine_row, cache_row(call, at, kCos));
    DLAS_ASSIGN(const std::int64_t sine_row, cache_row(call, at, kSin));
    for (std::int64_t h = 0; h < heads; ++h) {
      const std::int64_t row = heads_first ? (at / length * heads + h) * length + at % length : at * heads + h;
      turn(x.data() + row * size, cosine.data() + cosine_row * half, sine.data() + sine_row * half, half, interleaved);
    }
  }
  store(x, call.out[0]);
  return {};
}

Cost cost(const Site&, const Types& in, const Types& out) {
  return {.macs = 2 * static_cast<std::uint64_t>(out[0].count().value_or(0)),
          .bytes = in[kX].bytes().value_or(0) + out[0].bytes().value_or(0)};
}

}  // namespace

const Op rotary_embedding = {
    .name = "RotaryEmbedding",
    .inputs = "X cos_cache sin_cache position_ids?",
    .outputs = "Y",
    .attributes = &schema_of<Attributes>(),
    .infer = infer,
    .run = run,
    .cost = cost,
};

}  // namespace dlas::op
