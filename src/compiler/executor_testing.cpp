#include "compiler/executor_testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "model/executor/fold.h"
#include "model/executor/reference.h"
#include "model/format/format.h"

namespace dlas::compiler::testing {
namespace {

Tensor moved(const Tensor& tensor, std::uint64_t seed) {
  Tensor out = tensor.clone();
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> any(-1, 1);
  double squares = 0;
  for (std::int64_t i = 0; i < tensor.count(); ++i) squares += tensor.number(i) * tensor.number(i);
  const double unit = 0x1p-19 * std::sqrt(squares / static_cast<double>(std::max<std::int64_t>(1, tensor.count())));
  for_real(tensor.dtype(), [&]<typename T>() {
    for (T& x : out.mutable_as<T>()) x = static_cast<T>(static_cast<double>(x) + unit * any(random));
  });
  return out;
}

double largest(const Tensor& t) {
  double most = 0;
  for (std::int64_t i = 0; i < t.count(); ++i) most = std::max(most, std::fabs(t.number(i)));
  return most;
}

double distance(const Tensor& a, const Tensor& b) {
  double most = 0;
  for (std::int64_t i = 0; i < a.count(); ++i) {
    const double x = a.number(i), y = b.number(i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double d = std::fabs(x - y);
    most = std::isnan(d) ? std::numeric_limits<double>::infinity() : std::max(most, d);
  }
  return most;
}

std::string compared(const std::string& name, const Tensor& found, const Tensor& oracle, const Tensor& noisy) {
  if (text(found) != text(oracle)) return fmt::format("{}: {} instead of {}", name, text(found), text(oracle));
  if (!is_float(oracle.dtype())) return found.same_bits(oracle) ? "" : name + ": other bits";
  const double allowed = 4 * distance(noisy, oracle) + 0x1p-22 * largest(oracle);
  const double off = distance(found, oracle);
  if (off <= allowed) return "";
  return fmt::format("{}: off by {}, allowed {}, largest number {}", name, off, allowed, largest(oracle));
}

}  // namespace

std::string difference(const Executor& executor, std::span<const Tensor> inputs, std::span<const ValueId> keep,
                       std::uint64_t seed) {
  const Graph& graph = executor.graph();
  const auto calm = make_reference(graph);
  const auto noisy = make_reference(graph, {}, [&](ValueId v, Tensor& t) {
    const bool computed = graph.value(v).producer != kNone;
    if (computed && is_float(t.dtype())) t = moved(t, seed * 1'000'003 + static_cast<std::uint64_t>(v));
  });
  if (!calm.ok()) return calm.error().message();
  const auto found = executor.run(inputs, keep), oracle = (*calm)->run(inputs, keep),
             moving = (*noisy)->run(inputs, keep);
  for (const auto* one : {&found, &oracle, &moving})
    if (!one->ok()) return one->error().message();
  if (found->outputs.size() != oracle->outputs.size() || found->kept.size() != keep.size())
    return "another number of values";
  for (std::size_t i = 0; i < keep.size(); ++i)
    if (auto d = compared(graph.value(keep[i]).name, found->kept[i], oracle->kept[i], moving->kept[i]); !d.empty())
      return d;
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    if (auto d =
            compared(graph.value(graph.outputs[i]).name, found->outputs[i], oracle->outputs[i], moving->outputs[i]);
        !d.empty())
      return d;
  return "";
}

std::vector<ValueId> computed_values(const Graph& graph) {
  std::vector<ValueId> out;
  for (std::size_t v = 0; v < graph.values().size(); ++v)
    if (graph.values()[v].producer != kNone) out.push_back(static_cast<ValueId>(v));
  return out;
}

std::vector<std::string> model_files(const std::string& source,
                                     std::initializer_list<std::string_view> shared_folders) {
  namespace fs = std::filesystem;
  const char* named = std::getenv("DLAS_SHARED");
  const fs::path shared = named ? fs::path(named) : fs::path(source) / ".." / "shared";
  std::vector<fs::path> folders{fs::path(source) / "demo/models"};
  for (const std::string_view folder : shared_folders) folders.push_back(shared / folder);
  std::vector<std::string> out;
  for (const fs::path& folder : folders) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none))
      if (entry.path().extension() == ".onnx" || entry.path().extension() == ".tflite")
        out.push_back(entry.path().string());
  }
  std::ranges::sort(out);
  return out;
}

Graph loaded(const std::string& path) {
  auto model = load(path);
  check(model.ok(), model.ok() ? "" : model.error().message());
  std::map<std::string, std::int64_t> sizes;
  for (const ValueId v : model->graph.inputs)
    for (const Dim& d : *model->graph.value(v).type.dims)
      if (!d.known()) sizes[d.name().empty() ? "*" : d.name()] = 1;
  if (!sizes.empty()) check(bind_sizes(model->graph, sizes).ok(), "open sizes can be 1");
  return std::move(model->graph);
}

}  // namespace dlas::compiler::testing
