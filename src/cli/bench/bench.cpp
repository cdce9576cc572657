// dlas bench: how long one run takes, beside other frameworks on the same machine.
#include "cli/bench/bench.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "base/text.h"
#include "base/threads.h"
#include "cli/bench/bench_peer_process.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/sizes.h"
#include "compiler/runtime/peak.h"
#include "data/npy.h"
#include "model/executor/fold.h"
#include "model/format/format.h"
#include "study/outline/outline.h"

namespace dlas::cli {
namespace {

// A folder for tensors that peers read and write; gone with its owner.
class Scratch {
 public:
  static Result<Scratch> make() {
    std::error_code ignored;
    std::string path = (std::filesystem::temp_directory_path(ignored) / "dlas-bench-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr)
      return make_error(Code::io, "a temporary folder", std::strerror(errno)).in(path);
    return Scratch(path);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Numbers in [-1, 1), or small integers: how long a run takes hardly depends on them, what it answers does.
Tensor noise(const Type& type, std::mt19937_64& random) {
  Tensor out = Tensor::make(type.dtype, type.shape());
  for_any(type.dtype, [&]<typename T>() {
    for (T& x : out.mutable_as<T>()) {
      const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
      if constexpr (is_real_v<T>) x = static_cast<T>(2 * unit - 1);
      else x = static_cast<T>(unit * (std::is_same_v<T, bool> ? 2 : 100));
    }
  });
  return out;
}

struct Subject {
  Graph graph;
  std::unique_ptr<Executor> executor;
  int threads = 1;
  const compiler::CompiledExecutor* compiled = nullptr;  // the same, when it is compiled code
  std::vector<Tensor> inputs;
  std::vector<data::NamedTensor> named;
};

Result<Subject> open(const BenchOptions& o, int threads) {
  DLAS_ASSIGN(Model model, load(o.model));
  DLAS_ASSIGN(auto sizes, sizes_of(o.sizes));
  for (const auto& [name, one] : study::single_sizes(model.graph)) sizes.emplace(name, one);
  if (!sizes.empty())
    if (auto bound = bind_sizes(model.graph, sizes); !bound.ok()) return std::move(bound).error().in(o.model);
  DLAS_ASSIGN(compiler::ExecutorSpec spec, compiler::parse_executor(o.on));
  if (spec.threads == 0) spec.threads = threads;
  Subject out{std::move(model.graph), nullptr, spec.threads, nullptr, {}, {}};
  auto made = compiler::make_executor(out.graph, spec);
  if (!made.ok()) return std::move(made).error().in(o.model);
  out.executor = *std::move(made);
  out.compiled = dynamic_cast<const compiler::CompiledExecutor*>(out.executor.get());
  std::mt19937_64 random(1);
  for (const ValueId v : out.graph.inputs) {
    const Value& value = out.graph.value(v);
    if (!value.type.fixed() || is_packed(value.type.dtype))
      return make_error(Code::usage, "--size for each size that the model leaves open", text(value.type))
          .in(o.model)
          .at_slot("input '" + value.name + "'");
    out.inputs.push_back(noise(value.type, random));
    out.named.emplace_back(value.name, out.inputs.back());
  }
  return out;
}

Result<double> seconds_of(const Subject& subject) {
  const auto start = std::chrono::steady_clock::now();
  const auto done = subject.executor->run(subject.inputs, {});
  if (!done.ok()) return done.error();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A wrong answer disqualifies a time: numbers may differ by a thousandth of the output's range.
std::string disagreement(const std::vector<Tensor>& ours, const std::string& path) {
  const auto theirs = data::read_arrays(path);
  if (!theirs.ok()) return theirs.error().message();
  if (theirs->size() != ours.size()) return "another number of outputs";
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const Tensor& a = ours[i];
    const Tensor& b = (*theirs)[i].second;
    if (a.count() != b.count()) return "an output of " + text(b) + " instead of " + text(a);
    double low = 0, high = 0, off = 0;
    for (std::int64_t e = 0; e < a.count(); ++e) {
      low = std::min(low, a.number(e));
      high = std::max(high, a.number(e));
      const double d = std::fabs(a.number(e) - b.number(e));
      off = std::isnan(d) ? std::numeric_limits<double>::infinity() : std::max(off, d);
    }
    if (off > 1e-3 * (high - low) + 1e-30)
      return "another answer: off by " + significant(off / (high - low)) + " of the range";
  }
  return "";
}

struct Running {
  std::string name;
  std::unique_ptr<Peer> peer;
};

// Opens the peers; those that cannot run the model, or answer otherwise, say why in `bench`.
Result<std::vector<Running>> open_peers(const BenchOptions& o, const Subject& subject, int threads,
                                        const Scratch& scratch, Bench& bench) {
  std::vector<Running> running;
  if (o.against.empty()) return running;
  DLAS_TRY(data::write_npz(scratch.file("inputs.npz"), subject.named));
  const auto ours = subject.executor->run(subject.inputs, {});
  if (!ours.ok()) return ours.error();
  for (const std::string& name : o.against) {
    const std::string answers = scratch.file(name + ".npz");
    auto peer = Peer::open({name, o.model, threads, scratch.file("inputs.npz"), answers});
    if (!peer.ok() && peer.error().code != Code::unsupported) return std::move(peer).error();
    BenchPeer row{name, peer.ok() ? peer->version() : "", "", {}, {}};
    row.trouble = peer.ok() ? disagreement(ours->outputs, answers) : peer.error().message();
    if (row.trouble.empty()) running.push_back({name, std::make_unique<Peer>(*std::move(peer))});
    bench.peers.push_back(std::move(row));
  }
  return running;
}

// All arms in turn: ours, ours again for the noise, the peers.
Status measure(const BenchOptions& o, const Subject& subject, const std::vector<Running>& running, Bench& bench) {
  std::vector<study::Arm> arms{{"dlas", [&] { return seconds_of(subject); }},
                               {"again", [&] { return seconds_of(subject); }}};
  for (const Running& r : running) arms.push_back({r.name, [&r] { return r.peer->once(); }});
  DLAS_ASSIGN(const study::Rounds rounds, study::measure(arms, o.rounds));
  bench.warm_up = rounds.warm_up;
  bench.time = study::median(rounds.times[0]);
  bench.noise = study::ratio(rounds.times[1], rounds.times[0]);
  for (std::size_t i = 0; i < running.size(); ++i)
    for (BenchPeer& row : bench.peers)
      if (row.name == running[i].name) {
        row.time = study::median(rounds.times[i + 2]);
        row.ratio = study::ratio(rounds.times[i + 2], rounds.times[0]);
      }
  return {};
}

Result<Bench> bench(const BenchOptions& o) {
  Bench out;
  out.model = o.model;
  out.rounds = o.rounds;
  DLAS_ASSIGN(const Subject subject, open(o, dlas::threads()));
  out.threads = subject.threads;
  out.executor = subject.executor->describe();
  if (o.profile && !subject.compiled)
    return make_error(Code::usage, "--profile together with --on compiled", subject.executor->describe());
  DLAS_ASSIGN(const Scratch scratch, Scratch::make());
  DLAS_ASSIGN(const auto running, open_peers(o, subject, out.threads, scratch, out));
  DLAS_TRY(measure(o, subject, running, out));
  if (subject.compiled) {
    DLAS_ASSIGN(out.plan,
                subject.compiled->report(subject.inputs, static_cast<int>(std::min<std::int64_t>(o.rounds, 20))));
    out.peak_bytes = out.plan->arena_bytes + out.plan->packed_bytes;
  }
  if (o.profile) out.peak_flops = compiler::peak_flops(*compiler::parse_executor(o.on));
  return out;
}

Status run(const BenchOptions& o) {
  DLAS_ASSIGN(const Bench done, bench(o));
  print(o.json ? pretty(bench_json(done, o.profile)) : bench_text(done, o.profile));
  return {};
}

}  // namespace

void add_bench(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("bench", "how long a run takes, beside other frameworks");
  auto o = std::make_shared<BenchOptions>();
  add_model(*command, "FILE", o->model, kModelHelp);
  command->add_option("--against", o->against, "peers, with commas between: litert, onnxruntime, openvino")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("LIST");
  add_on_option(*command, "--on", o->on, kOnHelp);
  add_size_option(*command, o->sizes);
  command->add_option("--rounds", o->rounds, "how often each is run, in turn, after warming up")
      ->check(CLI::Range(1, 100'000))
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--profile", o->profile, "the time of each step, with its share of the machine's peak");
  command->add_flag("--json", o->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  dlas bench a.onnx --threads 1\n"
      "  dlas bench a.onnx --against onnxruntime --rounds 20 --threads 2 --json\n"
      "  dlas bench a.onnx --on compiled:level=0 --rounds 10 --profile");
  command->callback([o, &status] { status = conclude(run(*o), o->json); });
}

}  // namespace dlas::cli
