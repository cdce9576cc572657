#include "cli/bench/bench_peer_process.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "bench_peer.h"

namespace dlas::cli {
namespace {

constexpr double kLongestStart = 300, kLongestRun = 600;  // seconds

struct Package {
  std::string_view peer, package;
};
constexpr Package kPackages[] = {
    {"litert", "ai-edge-litert"}, {"onnxruntime", "onnxruntime"}, {"openvino", "openvino"}};

std::string_view package_of(std::string_view peer) {
  for (const Package& p : kPackages)
    if (p.peer == peer) return p.package;
  return peer;
}

// A word and the rest of the line.
std::pair<std::string, std::string> split(const std::string& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  return {line.substr(0, space), line.substr(std::min(space + 1, line.size()))};
}

}  // namespace

std::vector<std::string_view> peer_names() {
  std::vector<std::string_view> names;
  for (const Package& p : kPackages) names.push_back(p.peer);
  return names;
}

std::string python() {
  if (const char* given = std::getenv("DLAS_PYTHON")) return given;
  std::error_code ignored;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  for (const std::filesystem::path& folder : {std::filesystem::path("."), program.parent_path().parent_path()})
    if (std::filesystem::exists(folder / ".venv/bin/python", ignored)) return (folder / ".venv/bin/python").string();
  return "python3";
}

Result<Peer> Peer::open(const PeerRequest& request) {
  const auto names = peer_names();
  if (std::ranges::find(names, request.name) == names.end())
    return make_error(Code::usage, "--against litert, onnxruntime or openvino",
                      "'" + request.name + "'" + nearest(request.name, names));
  const std::string python = cli::python();
  DLAS_ASSIGN(Child child, Child::start({python, "-c", kBenchPeer, request.name, request.model,
                                         std::to_string(request.threads), request.inputs, request.answers}));
  DLAS_ASSIGN(const std::string line, child.read_line(kLongestStart));
  const auto [word, rest] = split(line);
  if (word == "ready") {
    child.halt();
    return Peer(std::move(child), rest);
  }
  if (word == "missing")
    return make_error(Code::not_found, "the Python package " + std::string(package_of(request.name)),
                      "none in " + python)
        .try_this(python + " -m pip install " + std::string(package_of(request.name)));
  return make_error(Code::unsupported, "a model that " + request.name + " runs", rest).in(request.model);
}

// ONNX Runtime's threads spin for as long as nothing is asked of them, so a peer stands still while others run.
Result<double> Peer::once() {
  child_.go_on();
  auto seconds = ask();
  child_.halt();
  return seconds;
}

Result<double> Peer::ask() {
  DLAS_TRY(child_.write_line("run"));
  DLAS_ASSIGN(const std::string line, child_.read_line(kLongestRun));
  if (const auto seconds = parse_double(line)) return *seconds;
  return make_error(Code::io, "seconds", "'" + line + "'").during("reading what a peer answers");
}

}  // namespace dlas::cli
