#include "study/map/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace dlas::study::map {
namespace {

namespace acc = accelerator;

constexpr std::string_view kRules[] = {"basic", "bifrost", "mrna", "best"};

// One layer on the design: what simulate needs and what it gives.
struct Ran {
  std::string tile;
  acc::Outcome outcome;
  acc::Stalls stalls = {};
  bool proven = false;
};

// With where the cycles went.
Ran explained(const acc::Configuration& c, const acc::Job& job, Ran ran, std::int64_t products) {
  ran.stalls = acc::stalls(c, job, ran.outcome.cycles, products);
  return ran;
}

acc::Tile tile_by(Rule rule, const acc::Configuration& c, const acc::Convolution& layer) {
  if (rule == Rule::bifrost) return bifrost_tile(c, layer);
  return rule == Rule::utilisation ? utilisation_tile(c, layer) : basic_tile();
}

Result<Ran> run_maeri(const acc::Configuration& c, const acc::Convolution& layer, Rule rule, const acc::Tile* given) {
  if (!given && rule == Rule::best) {
    DLAS_ASSIGN(const Found found, search(c, layer));
    return explained(c, acc::DenseJob{layer, found.best.tile},
                     {found.best.tile.text(), found.best.outcome, {}, found.proven}, layer.products());
  }
  const acc::Tile tile = given ? *given : tile_by(rule, c, layer);
  DLAS_ASSIGN(const acc::Outcome outcome, acc::simulate(c, acc::DenseJob{layer, tile}));
  return explained(c, acc::DenseJob{layer, tile}, {tile.text(), outcome}, layer.products());
}

acc::Bitmap all_ones(std::int64_t rows, std::int64_t columns) {
  acc::Bitmap bits(rows, columns);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) bits.set(i, j);
  return bits;
}

// A dense product on the designs that take products: filters or rows of A stay, places stream.
Result<Ran> run_product(const acc::Configuration& c, const acc::Product& p) {
  if (c.design == acc::Design::mesh) {
    const acc::mesh::Job job{p, std::min(p.m, c.rows), std::min(p.n, c.columns)};
    DLAS_ASSIGN(const acc::Outcome outcome, acc::simulate(c, job));
    return explained(c, job, {"T_M=" + std::to_string(job.t_m) + ",T_N=" + std::to_string(job.t_n), outcome},
                     p.products());
  }
  constexpr std::int64_t kMostElements = std::int64_t{1} << 30;
  if ((p.m + p.n) > kMostElements / p.k) return make_error(Code::limit, "operands of at most 2^30 elements", p.text());
  if (c.design == acc::Design::sigma) {
    const acc::SparseProduct job{all_ones(p.m, p.k), all_ones(p.n, p.k)};
    DLAS_ASSIGN(const acc::Outcome outcome, acc::simulate(c, job));
    return explained(c, job, {"", outcome}, p.products());
  }
  std::optional<Ran> best;  // MAGMA: the number of values per cluster that takes the fewest cycles
  for (std::int64_t t_k = 2; t_k <= c.multipliers; t_k *= 2) {
    const acc::magma::Job job{all_ones(p.m, p.k), p.n, std::min(p.n, c.multipliers / t_k), t_k};
    const auto outcome = acc::simulate(c, job);
    if (outcome.ok() && (!best || outcome->cycles < best->outcome.cycles))
      best =
          explained(c, job, {"T_N=" + std::to_string(job.t_n) + ",T_K=" + std::to_string(t_k), *outcome}, p.products());
  }
  if (!best) return make_error(Code::unsupported, "clusters that run", "none for " + p.text());
  return *best;
}

// Why a layer cannot run on the design; empty when it can.
std::string obstacle(const acc::Configuration& c, const acc::NetworkLayer& layer) {
  if (!layer.host.empty()) return layer.host;
  if (c.design == acc::Design::maeri) return layer.no_convolution;
  if (c.design == acc::Design::sigma && layer.product->k < 3) return "sums of fewer than 3 products";
  return {};
}

class Network {
 public:
  Network(const acc::Configuration& c, Rule rule, const std::vector<acc::Tile>& tiles)
      : configuration_(c), rule_(rule), tiles_(tiles) {}

  Result<Ran> run(const acc::NetworkLayer& layer) {
    const bool maeri = configuration_.design == acc::Design::maeri;
    const acc::Convolution as_window = layer.convolution ? *layer.convolution : layer.product->as_convolution();
    const std::string key = maeri ? as_window.text() : layer.product->text();
    auto found = known_.find(key);
    if (found == known_.end()) {
      if (!tiles_.empty() && used_ == tiles_.size())
        return make_error(Code::usage, "a mapping file for each different layer",
                          std::to_string(tiles_.size()) + " files");
      const acc::Tile* given = tiles_.empty() ? nullptr : &tiles_[used_++];
      DLAS_ASSIGN(Ran ran, maeri ? run_maeri(configuration_, as_window, rule_, given)
                                 : run_product(configuration_, *layer.product));
      found = known_.emplace(key, std::move(ran)).first;
    }
    return found->second;
  }
  // Errors: usage, when there were more tiles than different layers.
  Status all_used() const {
    if (used_ == tiles_.size()) return {};
    return make_error(Code::usage, fmt::format("{} mapping files, one for each different layer", used_),
                      std::to_string(tiles_.size()));
  }

 private:
  const acc::Configuration& configuration_;
  Rule rule_;
  const std::vector<acc::Tile>& tiles_;
  std::size_t used_ = 0;
  std::map<std::string, Ran> known_;
};

}  // namespace

Result<Rule> parse_rule(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRules); ++i)
    if (kRules[i] == name) return static_cast<Rule>(i);
  return make_error(Code::usage, "basic, bifrost, mrna, best or mapping files", "'" + std::string(name) + "'");
}

std::string_view text(Rule rule) { return kRules[static_cast<std::size_t>(rule)]; }

std::int64_t memory_stall(const Memory& memory, const acc::NetworkLayer& layer, std::int64_t cycles) {
  if (memory.bytes_per_cycle <= 0) return 0;
  const acc::Product& p = *layer.product;
  const std::int64_t stationary = layer.repeats * p.m * p.k, results = layer.repeats * p.m * p.n;
  const std::int64_t streamed =
      layer.convolution ? layer.convolution->n * layer.convolution->c * layer.convolution->x * layer.convolution->y
                        : layer.repeats * p.k * p.n;
  std::int64_t passes = 1;
  const std::int64_t half = memory.buffer_bytes / 2;
  if (half > 0 && (stationary + streamed + results) * memory.element_bytes > memory.buffer_bytes)
    passes = (stationary * memory.element_bytes + half - 1) / half;
  const double bytes = static_cast<double>(memory.element_bytes) *
                       (static_cast<double>(stationary) + static_cast<double>(passes) * static_cast<double>(streamed) +
                        static_cast<double>(results));
  const auto transfer = static_cast<std::int64_t>(std::ceil(bytes / memory.bytes_per_cycle));
  return memory.latency + (memory.double_buffering ? std::max<std::int64_t>(0, transfer - cycles) : transfer);
}

Result<NetworkRun> run_network(const acc::Configuration& configuration, const Graph& graph, Rule rule,
                               const std::vector<acc::Tile>& tiles, const Memory& memory) {
  DLAS_TRY(acc::validate(configuration));
  if (!tiles.empty() && configuration.design != acc::Design::maeri)
    return make_error(Code::usage, "mapping files for maeri only", std::string(acc::text(configuration.design)));
  NetworkRun out{.configuration = configuration, .layers = {}, .total = {}, .stalls = {}};
  Network network(configuration, rule, tiles);
  for (acc::NetworkLayer& layer : acc::layers_of(graph)) {
    LayerRun run{.layer = std::move(layer), .tile = {}, .outcome = {}, .stalls = {}, .host = {}};
    run.host = obstacle(configuration, run.layer);
    if (run.host.empty()) {
      Result<Ran> ran = network.run(run.layer);
      if (!ran.ok()) return ran.error().at_node(run.layer.name, run.layer.op);
      // A grouped convolution runs as one on maeri; elsewhere its groups are products one after the other.
      const bool whole = configuration.design == acc::Design::maeri && run.layer.convolution;
      const std::int64_t times = whole ? 1 : run.layer.repeats;
      run.tile = ran->tile;
      run.proven = ran->proven;
      run.outcome.cycles = times * ran->outcome.cycles;
      for (const acc::StallEntry& entry : acc::stall_table())
        run.stalls.*entry.field = times * ran->stalls.*entry.field;
      run.stalls.memory = memory_stall(memory, run.layer, run.outcome.cycles);
      run.outcome.cycles += run.stalls.memory;
      out.stalls += run.stalls;
      run.outcome.counters.add(ran->outcome.counters, times);
      run.utilisation = static_cast<double>(run.layer.products()) /
                        (static_cast<double>(configuration.multipliers) * static_cast<double>(run.outcome.cycles));
      out.total.cycles += run.outcome.cycles;
      out.total.counters += run.outcome.counters;
      out.products += run.layer.products();
    } else {
      ++out.host_layers;
    }
    out.layers.push_back(std::move(run));
  }
  DLAS_TRY(network.all_used());
  return out;
}

}  // namespace dlas::study::map
