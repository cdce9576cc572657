// What a controller puts on its read ports in one cycle: for each port a row of packets, each with the lanes that take it.
// A port sends one packet a cycle; inside its distribution tree a packet reaches all of its lanes at once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dlas::accelerator {

struct Packet {
  std::vector<std::int32_t> to;             // lanes of the whole array, ascending
  std::int64_t wires = 0;                   // wires that it is written to, the port's own included
  std::int64_t unicast = 0, broadcast = 0;  // switches that send it one way, both ways
};

class Wave {
 public:
  Wave(std::int64_t ports, std::int64_t lanes_per_port);

  // One packet for all of `lanes` (ascending, no doubles): an entry in every port that owns one of them.
  void add(std::span<const std::int32_t> lanes);

  const std::vector<std::vector<Packet>>& ports() const { return ports_; }
  std::int64_t busiest() const;     // packets of the busiest port
  std::int64_t deliveries() const;  // pairs of a packet and a lane
  Packet total() const;             // wires and switches of all packets

 private:
  std::int64_t lanes_per_port_;
  std::vector<std::vector<Packet>> ports_;
};

}  // namespace dlas::accelerator
