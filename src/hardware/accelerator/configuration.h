// An accelerator as a value: what STONNE's configuration file says of it, and nothing that has no effect there.
//
// Text form, one line:  maeri:ms=128,dn=64,rn=64,network=asnetwork,buffer=1   (mesh: mesh:rows=16,cols=16,dn=32,rn=16)
// Equal values have equal texts and equal hashes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace dlas::accelerator {

enum class Design { maeri, sigma, mesh, magma };
enum class Network { asnetwork, fenetwork, temporalrn };

std::string_view text(Design design);
std::string_view text(Network network);

struct Configuration {
  Design design = Design::maeri;
  std::int64_t multipliers = 64;         // ms_size; of a mesh rows x columns
  std::int64_t rows = 0, columns = 0;    // of a mesh
  std::int64_t read_ports = 4;           // dn_bw: elements that the global buffer sends per cycle
  std::int64_t write_ports = 4;          // rn_bw: results that it takes per cycle
  Network network = Network::asnetwork;  // how products are summed
  bool accumulation_buffer = false;      // partial sums stay in accumulators between tree and buffer
  // Corrections of what looks unintended in STONNE; all off is STONNE itself.
  bool wide_write_back = false;  // every result that the lines deliver is counted at once, not half of those that wait
  bool overlap_blocks = false;   // of a maeri: filter blocks follow each other without draining the array
  auto operator<=>(const Configuration&) const = default;

  std::int64_t lanes() const;  // what the read ports feed: multipliers, or rows + columns of a mesh
  std::int64_t lanes_per_port() const { return lanes() / read_ports; }
  bool physical() const { return wide_write_back || overlap_blocks; }
  std::string text() const;
  Hash hash() const { return hash_of(std::string_view(text())); }
};

inline constexpr std::int64_t kMostMultipliers = 1 << 16;

// Errors: usage, naming every bad parameter at once, each with the rule that it breaks.
Status validate(const Configuration& configuration);

// Reads the one-line text form.  Errors: usage.
Result<Configuration> parse_configuration(std::string_view text);

// Reads a file that STONNE reads (TOML: [MSNetwork], [ReduceNetwork], [SDMemory]); keys without effect are passed over.
// Errors: as read_text; format for an unknown section or key, a value of the wrong type (a quoted integer too); as validate.
Result<Configuration> read_configuration(std::string_view path);

// The same, from the text of such a file.
Result<Configuration> parse_stonne_configuration(std::string_view text);

// Either: a file when there is one of that name, else the text form.
Result<Configuration> configuration_of(std::string_view text_or_path);

}  // namespace dlas::accelerator
