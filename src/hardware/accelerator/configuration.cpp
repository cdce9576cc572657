#include "hardware/accelerator/configuration.h"

#include <array>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace dlas::accelerator {
namespace {

bool power_of_two(std::int64_t n) { return n > 0 && (n & (n - 1)) == 0; }

constexpr std::array<std::string_view, 4> kDesigns = {"maeri", "sigma", "mesh", "magma"};
constexpr std::array<std::string_view, 3> kNetworks = {"asnetwork", "fenetwork", "temporalrn"};

class Problems {
 public:
  void require(bool holds, const std::string& rule, const std::string& found) {
    if (holds) return;
    rules_ += (rules_.empty() ? "" : "; ") + rule;
    found_ += (found_.empty() ? "" : ", ") + found;
  }
  Status status() const {
    if (rules_.empty()) return {};
    return make_error(Code::usage, rules_, found_);
  }

 private:
  std::string rules_, found_;
};

void check_sizes(const Configuration& c, Problems& problems) {
  const auto ms = "ms " + std::to_string(c.multipliers);
  if (c.design == Design::mesh) {
    const std::string shape = std::to_string(c.rows) + "x" + std::to_string(c.columns);
    const bool sane = c.rows > 0 && c.columns > 0 && c.rows <= 1024 && c.columns <= 1024;
    problems.require(sane, "rows and cols of a mesh from 1 to 1024", shape);
    if (sane) problems.require(c.multipliers == c.rows * c.columns, "ms = rows x cols", ms + " for " + shape);
  } else {
    problems.require(power_of_two(c.multipliers) && c.multipliers >= 2 && c.multipliers <= kMostMultipliers,
                     "ms a power of two from 2 to " + std::to_string(kMostMultipliers), ms);
  }
}

void check_ports(const Configuration& c, Problems& problems) {
  const auto dn = "dn " + std::to_string(c.read_ports), rn = "rn " + std::to_string(c.write_ports);
  problems.require(power_of_two(c.read_ports), "dn a power of two", dn);
  problems.require(power_of_two(c.write_ports) && c.write_ports <= kMostMultipliers, "rn a power of two", rn);
  if (!power_of_two(c.read_ports)) return;
  const bool divides =
      c.lanes() >= c.read_ports && c.lanes() % c.read_ports == 0 && power_of_two(c.lanes() / c.read_ports);
  const char* rule = c.design == Design::mesh ? "(rows + cols) / dn a power of two" : "dn at most ms";
  problems.require(divides, rule, dn + " for " + std::to_string(c.lanes()) + " lanes");
}

void check_network(const Configuration& c, Problems& problems) {
  const auto found = "network " + std::string(text(c.network)) + ", buffer " + (c.accumulation_buffer ? "1" : "0");
  switch (c.design) {
    case Design::maeri: break;
    case Design::sigma:
      problems.require(c.network == Network::asnetwork && !c.accumulation_buffer,
                       "sigma with network=asnetwork and buffer=0", found);
      break;
    case Design::mesh: problems.require(c.network == Network::temporalrn, "mesh with network=temporalrn", found); break;
    case Design::magma:
      problems.require(c.network == Network::asnetwork && c.accumulation_buffer,
                       "magma with network=asnetwork and buffer=1", found);
      break;
  }
}

Status set(Configuration& c, std::string_view key, std::string_view value) {
  const auto number = parse_int(value);
  struct Field {
    std::string_view key;
    std::int64_t Configuration::* field;
  };
  static constexpr std::array<Field, 5> kFields = {{{"ms", &Configuration::multipliers},
                                                    {"rows", &Configuration::rows},
                                                    {"cols", &Configuration::columns},
                                                    {"dn", &Configuration::read_ports},
                                                    {"rn", &Configuration::write_ports}}};
  for (const Field& field : kFields) {
    if (field.key != key) continue;
    if (!number) return make_error(Code::usage, std::string(key) + "=number", std::string(value));
    c.*field.field = *number;
    return {};
  }
  if (key == "buffer") {
    if (number != 0 && number != 1) return make_error(Code::usage, "buffer=0 or buffer=1", std::string(value));
    c.accumulation_buffer = *number == 1;
    return {};
  }
  if (key == "overlap" && (number == 0 || number == 1)) return c.overlap_blocks = *number == 1, Status();
  if (key == "writeback" && (value == "wide" || value == "half")) return c.wide_write_back = value == "wide", Status();
  if (key != "network")
    return make_error(Code::usage, "ms, rows, cols, dn, rn, network, buffer, writeback=half|wide or overlap=0|1",
                      "'" + std::string(key) + "'");
  for (std::size_t i = 0; i < kNetworks.size(); ++i)
    if (kNetworks[i] == value) return c.network = static_cast<Network>(i), Status();
  return make_error(Code::usage, "network=asnetwork, fenetwork or temporalrn", std::string(value));
}

// What a design has when the text form does not say otherwise.
Configuration defaults_of(Design design) {
  Configuration c{.design = design};
  if (design == Design::mesh) c.network = Network::temporalrn, c.accumulation_buffer = true;
  if (design == Design::magma) c.accumulation_buffer = true;
  return c;
}

}  // namespace

std::string_view text(Design design) { return kDesigns[static_cast<std::size_t>(design)]; }
std::string_view text(Network network) { return kNetworks[static_cast<std::size_t>(network)]; }

std::int64_t Configuration::lanes() const { return design == Design::mesh ? rows + columns : multipliers; }

std::string Configuration::text() const {
  std::string out(accelerator::text(design));
  if (design == Design::mesh) out += ":rows=" + std::to_string(rows) + ",cols=" + std::to_string(columns);
  else out += ":ms=" + std::to_string(multipliers);
  out += ",dn=" + std::to_string(read_ports) + ",rn=" + std::to_string(write_ports);
  out += ",network=" + std::string(accelerator::text(network)) + ",buffer=" + (accumulation_buffer ? "1" : "0");
  if (wide_write_back) out += ",writeback=wide";
  if (overlap_blocks) out += ",overlap=1";
  return out;
}

Status validate(const Configuration& configuration) {
  Problems problems;
  check_sizes(configuration, problems);
  check_ports(configuration, problems);
  check_network(configuration, problems);
  problems.require(!configuration.overlap_blocks || configuration.design == Design::maeri, "overlap=1 for maeri only",
                   std::string(text(configuration.design)));
  return problems.status();
}

Result<Configuration> parse_configuration(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  Configuration out;
  std::size_t design = 0;
  while (design < kDesigns.size() && kDesigns[design] != name) ++design;
  if (design == kDesigns.size())
    return make_error(Code::usage, "maeri:, sigma:, mesh: or magma: and its parameters, or a file",
                      "'" + std::string(text) + "'");
  out = defaults_of(static_cast<Design>(design));
  std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    const std::size_t equal = item.find('=');
    if (equal == std::string_view::npos) return make_error(Code::usage, "key=value", "'" + std::string(item) + "'");
    DLAS_TRY(set(out, item.substr(0, equal), item.substr(equal + 1)));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  if (out.design == Design::mesh && out.rows > 0 && out.columns > 0 && out.rows <= 1024 && out.columns <= 1024)
    out.multipliers = out.rows * out.columns;
  DLAS_TRY(validate(out));
  return out;
}

Result<Configuration> configuration_of(std::string_view text_or_path) {
  if (path_kind(text_or_path) == PathKind::file) return read_configuration(text_or_path);
  return parse_configuration(text_or_path);
}

}  // namespace dlas::accelerator
