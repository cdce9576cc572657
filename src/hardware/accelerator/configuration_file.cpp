// STONNE's configuration files. Sections and keys as its reader knows them (public master of 2025-06-16); what has no effect on
// its numbers (latencies, port widths, buffer capacities) is accepted and passed over, anything else is an error.
#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/limits.h"
#include "hardware/accelerator/configuration.h"
#include "hardware/accelerator/toml.h"

namespace dlas::accelerator {
namespace {

using Entry = TomlEntry;

constexpr std::array<std::string_view, 7> kInertSections = {"DSNetwork",   "DSwitch",     "MSwitch",      "ASwitch",
                                                            "LookUpTable", "LookupTable", "CollectionBus"};
constexpr std::array<std::string_view, 8> kInertKeys = {"n_switches_traversed_by_cycle",
                                                        "latency",
                                                        "input_ports",
                                                        "output_ports",
                                                        "forwarding_ports",
                                                        "port_width",
                                                        "buffers_capacity",
                                                        "write_buffer_capacity"};

struct Choice {
  std::string_view name;
  int value;
};

Result<int> choice_of(const Entry& entry, std::span<const Choice> choices) {
  const auto* name = std::get_if<std::string>(&entry.value);
  std::string all;
  for (const Choice& choice : choices) {
    if (name && *name == choice.name) return choice.value;
    all += (all.empty() ? "" : ", ") + std::string(choice.name);
  }
  return make_error(Code::format, "one of " + all + " in quotes for '" + entry.section + "." + entry.key + "'",
                    (name ? "'" + *name + "'" : "a number") + " in line " + std::to_string(entry.line));
}

constexpr std::array<Choice, 3> kNetworks = {{{"ASNETWORK", int(Network::asnetwork)},
                                              {"FENETWORK", int(Network::fenetwork)},
                                              {"TEMPORALRN", int(Network::temporalrn)}}};
constexpr std::array<Choice, 4> kControllers = {{{"MAERI_DENSE_WORKLOAD", int(Design::maeri)},
                                                 {"SIGMA_SPARSE_GEMM", int(Design::sigma)},
                                                 {"TPU_OS_DENSE", int(Design::mesh)},
                                                 {"MAGMA_SPARSE_DENSE", int(Design::magma)}}};
constexpr std::array<Choice, 2> kMultipliers = {{{"LINEAR", 0}, {"OS_MESH", 1}}};

struct Read {
  Configuration configuration;
  int mesh = -1;  // MSNetwork.type, -1 when not said
};

Status take_number(const Entry& entry, std::int64_t& into) {
  DLAS_ASSIGN(into, integer_of(entry));
  return {};
}

Status take(const Entry& entry, Read& read) {
  Configuration& c = read.configuration;
  const std::string name = entry.section + "." + entry.key;
  if (name == "MSNetwork.ms_size") return take_number(entry, c.multipliers);
  if (name == "MSNetwork.ms_rows") return take_number(entry, c.rows);
  if (name == "MSNetwork.ms_cols") return take_number(entry, c.columns);
  if (name == "SDMemory.dn_bw") return take_number(entry, c.read_ports);
  if (name == "SDMemory.rn_bw") return take_number(entry, c.write_ports);
  if (name == "MSNetwork.type") {
    DLAS_ASSIGN(read.mesh, choice_of(entry, kMultipliers));
    return {};
  }
  if (name == "ReduceNetwork.type") {
    DLAS_ASSIGN(const int network, choice_of(entry, kNetworks));
    c.network = static_cast<Network>(network);
    return {};
  }
  if (name == "SDMemory.controller_type") {
    DLAS_ASSIGN(const int design, choice_of(entry, kControllers));
    c.design = static_cast<Design>(design);
    return {};
  }
  if (name == "ReduceNetwork.accumulation_buffer_enabled") {
    DLAS_ASSIGN(const std::int64_t on, integer_of(entry));
    if (on != 0 && on != 1) return make_error(Code::format, "0 or 1 for '" + name + "'", std::to_string(on));
    c.accumulation_buffer = on == 1;
    return {};
  }
  if (name == ".print_stats_enabled") return {};
  const bool inert =
      std::ranges::count(kInertSections, entry.section) > 0 || std::ranges::count(kInertKeys, entry.key) > 0;
  if (inert) return {};
  return make_error(Code::format, "a key that STONNE knows", "'" + name + "' in line " + std::to_string(entry.line));
}

}  // namespace

Result<Configuration> parse_stonne_configuration(std::string_view text) {
  DLAS_ASSIGN(const auto entries, parse_toml(text));
  Read read;
  for (const Entry& entry : entries) DLAS_TRY(take(entry, read));
  Configuration& c = read.configuration;
  if (read.mesh == 1 && c.design != Design::mesh)
    return make_error(Code::format, "controller_type TPU_OS_DENSE for MSNetwork.type OS_MESH",
                      std::string(accelerator::text(c.design)));
  if (c.design == Design::mesh && c.rows > 0 && c.columns > 0 && c.rows <= 1024 && c.columns <= 1024)
    c.multipliers = c.rows * c.columns;
  if (c.design != Design::mesh) c.rows = c.columns = 0;
  if (c.design == Design::mesh) c.accumulation_buffer = true;  // a mesh has accumulators whatever the switch says
  DLAS_TRY(validate(c));
  return c;
}

Result<Configuration> read_configuration(std::string_view path) {
  DLAS_ASSIGN(const std::string text, read_text(path, limits().text_bytes));
  Result<Configuration> read = parse_stonne_configuration(text);
  if (!read.ok()) return read.error().in(path);
  return read;
}

}  // namespace dlas::accelerator
